//! Programs that show one idea each.
