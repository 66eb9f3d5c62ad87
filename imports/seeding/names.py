"""Names of invented people: many languages and scripts, with what a careless program trips over.

Each stands with its Latin form for e-mail addresses. Given and family names are drawn from one
language, so that a person's name is one that could be.
"""

from __future__ import annotations

# (given names, family names), each "as written" or "as written|latin".
LANGUAGES: tuple[tuple[str, str], ...] = (
    (
        "Ingrid,Bjørn|bjorn,Åse|aase,Øyvind|oyvind,Sólveig|solveig,Jürgen|jurgen,Zoë|zoe",
        "Solberg,Østby|ostby,Åkesson|akesson,Þórsdóttir|thorsdottir,Müller-Lüdenscheidt|mueller,Strauß|strauss",
    ),
    (
        "Siobhán|siobhan,Seán|sean,Aoife,D'Arcy|darcy,Caoimhe,Pádraig|padraig",
        "O'Brien|obrien,O’Neill|oneill,D'Angelo|dangelo,Ní Dhomhnaill|nidhomhnaill,Mac Giolla|macgiolla",
    ),
    (
        "María José|mariajose,Íñigo|inigo,Joaquín|joaquin,Ana,Núria|nuria,João|joao",
        "Muñoz|munoz,García y Vega|garcia,d'Ávila|davila,Gonçalves|goncalves,Peña-Nieto|pena",
    ),
    (
        "Łukasz|lukasz,Żaneta|zaneta,Zdeněk|zdenek,Šárka|sarka,Ágnes|agnes,Đorđe|djordje",
        "Wąsik|wasik,Brzęczyszczykiewicz|brzeczyszczykiewicz,Dvořák|dvorak,Kovács|kovacs,Živković|zivkovic",
    ),
    (
        "Nguyễn Thị|nguyenthi,Phương|phuong,Đức|duc,Huệ|hue",
        "Trần|tran,Phạm|pham,Đặng|dang,Lê|le",
    ),
    (
        "Ольга|olga,Дмитрий|dmitri,Соломія|solomiia,Алёна|alyona",
        "Иванова|ivanova,Шевченко|shevchenko,Щербакова|shcherbakova,Ющенко|yushchenko",
    ),
    ("Ελένη|eleni,Γιώργος|giorgos,Άννα|anna", "Παπαδοπούλου|papadopoulou,Οικονόμου|oikonomou"),
    ("小明|xiaoming,丽|li,欣怡|xinyi", "王|wang,欧阳|ouyang,陳|chen,𠮷田|yoshida"),
    ("さくら|sakura,健太|kenta,ゆうと|yuto", "佐藤|sato,髙橋|takahashi,渡邉|watanabe"),
    ("민준|minjun,서연|seoyeon,하은|haeun", "김|kim,이|lee,남궁|namgung"),
    ("محمد|mohammed,فاطمة|fatima,نور|nur", "الأحمد|alahmad,بن سعيد|binsaid,حدّاد|haddad"),
    ("נועה|noa,יצחק|yitzhak", "כהן|cohen,בן־דוד|bendavid"),
    ("आरव|aarav,प्रिया|priya,कृष्णा|krishna", "शर्मा|sharma,श्रीवास्तव|shrivastava,मेहता|mehta"),
    ("สมชาย|somchai,กัญญา|kanya", "ศรีสุข|srisuk,แก้วมณี|kaewmanee"),
    (
        "Mary Ann|maryann,James,Olivia,Noah,Emma,Liam",
        "King, Jr.|king,Smith,Lee,Brown,Taylor-Jones|taylorjones",
    ),
)

Written = tuple[str, str]


def _read(words: str) -> list[Written]:
    # A comma followed by a blank belongs to the name ("King, Jr.").
    parts = words.replace(", ", "\0").split(",")
    pairs = [part.replace("\0", ", ").partition("|") for part in parts]
    return [(written, latin or written.lower()) for written, _, latin in pairs]


POOLS = [(_read(given), _read(family)) for given, family in LANGUAGES]


def person(key: int, number: int) -> tuple[str, str, str]:
    """(given name, family name, Latin form of both for an address) of one person of the roster ``key``.

    Computed, not drawn one after the other: a schedule that names its instructor's address need not
    know the addresses of all who come before.
    """
    mixed = _mixed(key + number)
    given_names, family_names = POOLS[mixed % len(POOLS)]
    given, given_latin = given_names[(mixed >> 16) % len(given_names)]
    family, family_latin = family_names[(mixed >> 32) % len(family_names)]
    return given, family, f"{given_latin}.{family_latin}"


def _mixed(value: int) -> int:
    """64 bits that differ wildly for neighbouring values (SplitMix64, public domain)."""
    value = value * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    value = (value ^ value >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return value ^ value >> 31


SUBJECTS = (
    "Oceanography", "Études françaises", "Linguística", "Ästhetik", "Физика", "数学", "Computer Science",
    "Women's Health", "Law, Ethics and Society", "Música", "العربية", "Statistics “for everyone”",
)  # fmt: skip
LEVELS = ("Introduction to", "Topics in", "Advanced", "Seminar:", "Methods of")
SEASONS = (("Spring", "01-12", "05-28"), ("Summer", "06-07", "08-06"), ("Autumn", "08-18", "12-19"))
# Campuses, and the zone each lies in; blank: the institution's.
CAMPUSES = (("Harbour Campus", "Europe/Oslo"), ("Upper Hill", ""), ("Île Saint-Éloi", "America/New_York"))
GUESTS = ("Dr. Ada Nwosu", "Prof. Żaneta Wąsik", "山田 花子")
