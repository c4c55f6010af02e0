//! Currencies: ISO 4217 codes and what people call them.

/// The code that `text` is, in capitals: `top` and `all` are words.
pub(super) fn code(text: &str) -> Option<&'static str> {
    CODES.split_ascii_whitespace().find(|code| *code == text)
}

/// The active codes of ISO 4217 that stand for money people hold.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB \
    BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB \
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
    TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW";

/// Names, words in lower case. A sign that several currencies use means the one that
/// writes it alone most: $ is USD and ¥ is CNY, while dollars and pounds of other
/// countries are read by their full names. `pounds` alone are a mass.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("元", "CNY"),
    ("人民币", "CNY"),
    ("人民币元", "CNY"),
    ("元人民币", "CNY"),
    ("圆", "CNY"),
    ("¥", "CNY"),
    ("rmb", "CNY"),
    ("RMB", "CNY"),
    ("cny", "CNY"),
    ("yuan", "CNY"),
    ("renminbi", "CNY"),
    ("chinese yuan", "CNY"),
    ("$", "USD"),
    ("usd", "USD"),
    ("US$", "USD"),
    ("us$", "USD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("us dollar", "USD"),
    ("us dollars", "USD"),
    ("u.s. dollars", "USD"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("欧元", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("£", "GBP"),
    ("英镑", "GBP"),
    ("pounds sterling", "GBP"),
    ("pound sterling", "GBP"),
    ("british pounds", "GBP"),
    ("日元", "JPY"),
    ("日圆", "JPY"),
    ("円", "JPY"),
    ("JP¥", "JPY"),
    ("yen", "JPY"),
    ("HK$", "HKD"),
    ("港元", "HKD"),
    ("港币", "HKD"),
    ("hong kong dollars", "HKD"),
    ("NT$", "TWD"),
    ("新台币", "TWD"),
    ("S$", "SGD"),
    ("新加坡元", "SGD"),
    ("singapore dollars", "SGD"),
    ("A$", "AUD"),
    ("澳元", "AUD"),
    ("australian dollars", "AUD"),
    ("C$", "CAD"),
    ("加元", "CAD"),
    ("canadian dollars", "CAD"),
    ("瑞士法郎", "CHF"),
    ("swiss francs", "CHF"),
    ("₩", "KRW"),
    ("韩元", "KRW"),
    ("won", "KRW"),
    ("₽", "RUB"),
    ("卢布", "RUB"),
    ("roubles", "RUB"),
    ("rubles", "RUB"),
    ("₹", "INR"),
    ("印度卢比", "INR"),
    ("indian rupees", "INR"),
];
