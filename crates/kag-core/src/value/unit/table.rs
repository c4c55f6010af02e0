//! The units we know, with their exact factors.
//!
//! Adding a name changes how text that was an unknown unit is read, and with it the ids of
//! facts that hold it: say so in the change log.

use super::Dimension::{
    self, Area, Count, Data, Duration, Energy, Frequency, Length, Mass, People, Power, Pressure, Proportion, Speed,
    Temperature, Volume,
};

/// A unit with its place in its dimension: a value `v` in it is `v * factor + offset` base
/// units, both as mantissa and decimal places.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) symbol: &'static str,
    pub(super) plural: &'static str,
    pub(super) dimension: Dimension,
    pub(super) factor: (i64, u32),
    pub(super) offset: (i64, u32),
    /// Other names than the symbol; words in lower case.
    pub(super) names: &'static [&'static str],
}

const fn unit(symbol: &'static str, dimension: Dimension, factor: (i64, u32), names: &'static [&'static str]) -> Known {
    word(symbol, symbol, dimension, factor, names)
}

/// A unit written `plural` after any number but 1.
const fn word(
    symbol: &'static str,
    plural: &'static str,
    dimension: Dimension,
    factor: (i64, u32),
    names: &'static [&'static str],
) -> Known {
    Known { symbol, plural, dimension, factor, offset: (0, 0), names }
}

/// A unit whose zero is `offset` base units above theirs.
const fn degree(
    symbol: &'static str,
    dimension: Dimension,
    factor: (i64, u32),
    offset: (i64, u32),
    names: &'static [&'static str],
) -> Known {
    Known { symbol, plural: symbol, dimension, factor, offset, names }
}

/// Every known unit but currencies. No two share a name.
pub(super) const UNITS: &[Known] = &[
    // Proportion: the base is the whole.
    unit("%", Proportion, (1, 2), &["percent", "per cent", "pct"]),
    unit("‰", Proportion, (1, 3), &["per mille", "permille"]),
    unit("bp", Proportion, (1, 4), &["basis point", "basis points", "基点"]),
    // Count: the base is a piece.
    word("piece", "pieces", Count, (1, 0), &["个", "個", "件", "只", "项", "item", "items", "unit", "units", "pcs"]),
    // People: the base is a person.
    word("person", "people", People, (1, 0), &["人", "名", "位", "persons"]),
    // Duration: the base is the second; a year is the mean Gregorian one.
    unit("ns", Duration, (1, 9), &["纳秒", "nanosecond", "nanoseconds"]),
    unit("µs", Duration, (1, 6), &["微秒", "microsecond", "microseconds"]),
    unit("ms", Duration, (1, 3), &["毫秒", "millisecond", "milliseconds"]),
    unit("s", Duration, (1, 0), &["秒", "秒钟", "sec", "secs", "second", "seconds"]),
    unit("min", Duration, (60, 0), &["分钟", "mins", "minute", "minutes"]),
    unit("h", Duration, (3_600, 0), &["小时", "个小时", "时", "hr", "hrs", "hour", "hours"]),
    word("day", "days", Duration, (86_400, 0), &["天", "日", "d"]),
    word("week", "weeks", Duration, (604_800, 0), &["周", "星期", "个星期", "wk", "wks"]),
    word("month", "months", Duration, (2_629_746, 0), &["月", "个月", "mo", "mos"]),
    word("quarter", "quarters", Duration, (7_889_238, 0), &["季度", "个季度"]),
    word("year", "years", Duration, (31_556_952, 0), &["年", "周年", "yr", "yrs"]),
    word("decade", "decades", Duration, (315_569_520, 0), &["个十年"]),
    word("century", "centuries", Duration, (3_155_695_200, 0), &["世纪", "个世纪"]),
    // Length: the base is a third of a metre, the 尺, so that 寸 is exact.
    unit("nm", Length, (3, 9), &["纳米", "nanometre", "nanometres", "nanometer", "nanometers"]),
    unit(
        "µm",
        Length,
        (3, 6),
        &["微米", "micrometre", "micrometres", "micrometer", "micrometers", "micron", "microns"],
    ),
    unit("mm", Length, (3, 3), &["毫米", "millimetre", "millimetres", "millimeter", "millimeters"]),
    unit("cm", Length, (3, 2), &["厘米", "公分", "centimetre", "centimetres", "centimeter", "centimeters"]),
    unit("m", Length, (3, 0), &["米", "公尺", "metre", "metres", "meter", "meters"]),
    unit(
        "km",
        Length,
        (3_000, 0),
        &["公里", "千米", "KM", "kilometre", "kilometres", "kilometer", "kilometers", "kms"],
    ),
    unit("in", Length, (762, 4), &["英寸", "inch", "inches"]),
    unit("ft", Length, (9_144, 4), &["英尺", "foot", "feet"]),
    unit("yd", Length, (27_432, 4), &["yard", "yards", "码"]),
    unit("mi", Length, (4_828_032, 3), &["英里", "mile", "miles"]),
    unit("nmi", Length, (5_556, 0), &["海里", "nautical mile", "nautical miles"]),
    unit("寸", Length, (1, 1), &["市寸"]),
    unit("尺", Length, (1, 0), &["市尺"]),
    unit("丈", Length, (10, 0), &["市丈"]),
    unit("里", Length, (1_500, 0), &["市里", "华里"]),
    // Area: the base is a third of a square metre, so that 亩 is exact.
    unit("mm²", Area, (3, 6), &["平方毫米", "square millimetres", "square millimeters"]),
    unit("cm²", Area, (3, 4), &["平方厘米", "sq cm", "square centimetres", "square centimeters"]),
    unit(
        "m²",
        Area,
        (3, 0),
        &[
            "平方米",
            "平米",
            "平方公尺",
            "sq m",
            "m^2",
            "square metre",
            "square metres",
            "square meter",
            "square meters",
        ],
    ),
    unit("ha", Area, (30_000, 0), &["公顷", "hectare", "hectares"]),
    unit(
        "km²",
        Area,
        (3_000_000, 0),
        &[
            "平方公里",
            "平方千米",
            "sq km",
            "km^2",
            "square kilometre",
            "square kilometres",
            "square kilometer",
            "square kilometers",
        ],
    ),
    unit("ft²", Area, (2_787_091_200, 10), &["平方英尺", "sq ft", "square foot", "square feet"]),
    word("acre", "acres", Area, (121_405_692_672, 7), &["英亩"]),
    unit("mi²", Area, (7_769_964_331_008, 6), &["平方英里", "sq mi", "square mile", "square miles"]),
    unit("亩", Area, (2_000, 0), &["市亩", "畝"]),
    // Volume: the base is the litre.
    unit(
        "mL",
        Volume,
        (1, 3),
        &["ml", "毫升", "cc", "cm³", "立方厘米", "millilitre", "millilitres", "milliliter", "milliliters"],
    ),
    unit("L", Volume, (1, 0), &["l", "升", "公升", "litre", "litres", "liter", "liters"]),
    unit("m³", Volume, (1_000, 0), &["立方米", "m^3", "cubic metre", "cubic metres", "cubic meter", "cubic meters"]),
    unit("km³", Volume, (1_000_000_000_000, 0), &["立方公里", "立方千米", "cubic kilometres", "cubic kilometers"]),
    unit("gal", Volume, (3_785_411_784, 9), &["加仑", "gallon", "gallons"]),
    unit("ft³", Volume, (28_316_846_592, 9), &["立方英尺", "cubic foot", "cubic feet"]),
    unit("bbl", Volume, (158_987_294_928, 9), &["barrel", "barrels"]),
    // Mass: the base is the kilogram.
    unit("µg", Mass, (1, 9), &["微克", "mcg", "microgram", "micrograms"]),
    unit("mg", Mass, (1, 6), &["毫克", "milligram", "milligrams"]),
    unit("g", Mass, (1, 3), &["克", "gram", "grams", "gramme", "grammes"]),
    unit("kg", Mass, (1, 0), &["公斤", "千克", "KG", "kgs", "kilogram", "kilograms", "kilo", "kilos"]),
    unit("t", Mass, (1_000, 0), &["吨", "公吨", "噸", "tonne", "tonnes", "metric ton", "metric tons"]),
    unit("oz", Mass, (28_349_523_125, 12), &["盎司", "ounce", "ounces"]),
    unit("lb", Mass, (45_359_237, 8), &["磅", "lbs", "pound", "pounds"]),
    word("ton", "tons", Mass, (90_718_474, 5), &["short ton", "short tons", "短吨"]),
    unit("两", Mass, (5, 2), &["市两", "兩"]),
    unit("斤", Mass, (5, 1), &["市斤"]),
    // Speed: the base is the metre an hour, so that km/h is exact.
    unit("m/s", Speed, (3_600, 0), &["米/秒", "米每秒", "metres per second", "meters per second"]),
    unit(
        "km/h",
        Speed,
        (1_000, 0),
        &[
            "kph",
            "kmh",
            "公里/小时",
            "公里每小时",
            "千米/小时",
            "千米每小时",
            "kilometres per hour",
            "kilometers per hour",
        ],
    ),
    unit("km/s", Speed, (3_600_000, 0), &["公里/秒", "千米/秒", "公里每秒", "千米每秒"]),
    unit("mph", Speed, (1_609_344, 3), &["英里/小时", "英里每小时", "miles per hour"]),
    unit("kn", Speed, (1_852, 0), &["海里/小时", "knot", "knots"]),
    // Temperature: the base is the degree Rankine, so that all scales are exact.
    unit("K", Temperature, (18, 1), &["kelvin", "kelvins", "开尔文"]),
    degree("°C", Temperature, (18, 1), (49_167, 2), &["摄氏度", "degrees celsius", "degree celsius", "celsius"]),
    degree("°F", Temperature, (1, 0), (45_967, 2), &["华氏度", "degrees fahrenheit", "fahrenheit"]),
    // Data: the base is the byte.
    word("bit", "bits", Data, (125, 3), &["比特", "位元"]),
    unit("B", Data, (1, 0), &["字节", "byte", "bytes"]),
    unit("kB", Data, (1_000, 0), &["KB", "kilobyte", "kilobytes", "千字节"]),
    unit("MB", Data, (1_000_000, 0), &["megabyte", "megabytes", "兆字节"]),
    unit("GB", Data, (1_000_000_000, 0), &["gigabyte", "gigabytes", "吉字节"]),
    unit("TB", Data, (1_000_000_000_000, 0), &["terabyte", "terabytes", "太字节"]),
    unit("PB", Data, (1_000_000_000_000_000, 0), &["petabyte", "petabytes"]),
    unit("KiB", Data, (1_024, 0), &["kibibyte", "kibibytes"]),
    unit("MiB", Data, (1_048_576, 0), &["mebibyte", "mebibytes"]),
    unit("GiB", Data, (1_073_741_824, 0), &["gibibyte", "gibibytes"]),
    unit("TiB", Data, (1_099_511_627_776, 0), &["tebibyte", "tebibytes"]),
    // Power: the base is the watt.
    unit("mW", Power, (1, 3), &["毫瓦", "milliwatt", "milliwatts"]),
    unit("W", Power, (1, 0), &["瓦", "瓦特", "watt", "watts"]),
    unit("kW", Power, (1_000, 0), &["千瓦", "kilowatt", "kilowatts"]),
    unit("MW", Power, (1_000_000, 0), &["兆瓦", "megawatt", "megawatts"]),
    unit("GW", Power, (1_000_000_000, 0), &["吉瓦", "gigawatt", "gigawatts"]),
    unit("hp", Power, (745_699_872, 6), &["马力", "horsepower"]),
    // Energy: the base is the joule.
    unit("J", Energy, (1, 0), &["焦", "焦耳", "joule", "joules"]),
    unit("kJ", Energy, (1_000, 0), &["千焦", "kilojoule", "kilojoules"]),
    unit("MJ", Energy, (1_000_000, 0), &["兆焦", "megajoule", "megajoules"]),
    unit("cal", Energy, (4_184, 3), &["卡路里", "calorie", "calories"]),
    unit("kcal", Energy, (4_184, 0), &["千卡", "大卡", "kilocalorie", "kilocalories"]),
    unit("Wh", Energy, (3_600, 0), &["瓦时", "watt hour", "watt hours"]),
    unit(
        "kWh",
        Energy,
        (3_600_000, 0),
        &["千瓦时", "千瓦小时", "度电", "kilowatt hour", "kilowatt hours", "kilowatt-hours"],
    ),
    unit("MWh", Energy, (3_600_000_000, 0), &["兆瓦时", "megawatt hours"]),
    unit("GWh", Energy, (3_600_000_000_000, 0), &["吉瓦时", "gigawatt hours"]),
    unit("TWh", Energy, (3_600_000_000_000_000, 0), &["太瓦时", "terawatt hours"]),
    // Pressure: the base is the pascal.
    unit("Pa", Pressure, (1, 0), &["帕", "帕斯卡", "pascal", "pascals"]),
    unit("hPa", Pressure, (100, 0), &["百帕", "mbar", "毫巴"]),
    unit("kPa", Pressure, (1_000, 0), &["千帕", "kilopascal", "kilopascals"]),
    unit("MPa", Pressure, (1_000_000, 0), &["兆帕", "megapascal", "megapascals"]),
    unit("bar", Pressure, (100_000, 0), &["巴"]),
    unit("atm", Pressure, (101_325, 0), &["标准大气压", "个大气压", "atmosphere", "atmospheres"]),
    unit("mmHg", Pressure, (133_322_387_415, 9), &["毫米汞柱", "mm Hg"]),
    // Frequency: the base is the hertz.
    unit("Hz", Frequency, (1, 0), &["赫兹", "赫", "hertz"]),
    unit("kHz", Frequency, (1_000, 0), &["千赫", "kilohertz"]),
    unit("MHz", Frequency, (1_000_000, 0), &["兆赫", "megahertz"]),
    unit("GHz", Frequency, (1_000_000_000, 0), &["吉赫", "gigahertz"]),
];
