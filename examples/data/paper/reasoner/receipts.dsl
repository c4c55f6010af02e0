MATCH (s:Paper.Firm)
RETURN s.id, s.name, s.received, s.receivedThisQuarter
