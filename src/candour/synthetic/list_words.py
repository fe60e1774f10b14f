"""Parts of the names and words of invented people: made up, so that they are nobody's."""

from __future__ import annotations

HEADS = (
    "Ald", "Bex", "Corv", "Dunl", "Ebb", "Fenr", "Garv", "Holm", "Ish", "Jorv", "Kelv", "Lorr",
    "Marv", "Nev", "Orm", "Pell", "Quil", "Rosk", "Selv", "Tamb", "Ulv", "Verr", "Wenn", "Yarr",
    "Ank", "Brod", "Crim", "Drax", "Eld", "Frim", "Gost", "Hul", "Imb", "Jass", "Krell", "Lud",
    "Mord", "Nusk", "Osk", "Prid",
)  # fmt: skip
MIDDLES = (
    "a", "e", "i", "o", "u", "an", "en", "ow", "er", "is",
)  # fmt: skip
TAILS = (
    "vost", "dril", "quen", "mund", "zeth", "lorne", "bisk", "tharn", "goll", "prew", "snade",
    "wympe", "ley", "don", "wick", "by", "sett", "gate", "more", "hurst", "combe", "ting",
    "ridge", "worth", "stead", "low", "ham", "field", "dale", "mere",
)  # fmt: skip
GIVEN = (
    "Bry", "Cal", "Dor", "Elu", "Fay", "Hes", "Ilo", "Jas", "Kyr", "Lun", "Mir", "Nol", "Ory",
    "Pru", "Qui", "Ril", "Sor", "Tav", "Umi", "Vel", "Ada", "Bern", "Cor", "Del", "Ern", "Flo",
    "Gwen", "Hol", "Ina", "Jo", "Kat", "Leo", "Mar", "Nat", "Ott", "Per", "Ros", "Sam", "Tess",
    "Win",
)  # fmt: skip
GIVEN_TAILS = (
    "vanna", "dric", "setta", "molo", "thwyn", "quill", "zeph", "brind", "losha", "mery", "la",
    "na", "ric", "bert", "ine", "ward", "ette", "mund", "beth", "lie", "ton", "ley", "anne",
    "isa", "olf",
)  # fmt: skip
STREETS = (
    "Church", "Mill", "Station", "Park", "Victoria", "Green", "Manor", "Kings", "Queens", "New",
    "Grange", "Highfield", "Springfield", "Chapel", "School", "West", "North", "East", "South",
    "Orchard", "Meadow", "Elm", "Oak", "Ash", "Hazel", "Willow", "Rowan", "Beech", "Cedar",
    "Larch", "Bridge", "Canal", "Quarry", "Brewery", "Foundry", "Tanner", "Weaver", "Saddler",
    "Miller", "Cooper",
)  # fmt: skip
WAYS = (
    "Road", "Street", "Lane", "Close", "Avenue", "Drive", "Court", "Terrace", "Way", "Crescent",
)  # fmt: skip
WORK = (
    "retired", "none", "carer", "cleaner", "driver", "teacher", "nurse", "builder", "student",
    "clerk", "shop assistant", "cook", "electrician", "warehouse worker", "farm worker",
    "engineer", "hairdresser", "plumber", "painter", "social worker", "accountant", "mechanic",
    "gardener", "security officer", "waiter", "musician", "welder", "tailor", "baker", "porter",
)  # fmt: skip
ETHNIC = (
    "A", "A", "A", "A", "A", "A", "A", "B", "C", "D", "F", "G", "H", "J", "K", "L", "M", "N", "P",
    "S", "Z", "Z",
)  # fmt: skip
