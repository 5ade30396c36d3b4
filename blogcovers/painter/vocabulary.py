"""What a concept asks for: motifs, hour, place and colours, read from its words.

The word-list is English with the commonest Spanish nouns; lexicon.py knows other languages. A word in no list still
decides, by its hash.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOTIF_WORDS: Mapping[str, str] = {
    "bird": "bird quetzal hummingbird dove pigeon owl eagle crow raven swallow sparrow finch heron crane swan duck "
    "goose geese penguin feather wing nest flight pajaro ave tweet message messenger migration freedom emu ostrich "
    "flamingo stork seagull gull puffin albatross woodpecker robin wren lark kingfisher pelican magpie bat plane "
    "airplane aeroplane airport",
    "boat": "boat ship canoe sail sailor ferry vessel yacht raft port harbour harbor container docker voyage barco "
    "deploy deployment shipping cargo fleet anchor journey travel traveller traveler trip tourist adventure "
    "explorer map captain pirate sailboat speedboat motorboat",
    "book": "book story tale novel library page reader diary journal notebook letter poem poetry writer writing "
    "author blog post essay article documentation manual guide tutorial lesson school study dictionary libro "
    "chapter word student teacher teach learn education university knowledge memory note markdown postman "
    "translator translation grammar",
    "butterfly": "butterfly moth caterpillar transformation metamorphosis refactor refactoring change mariposa bee "
    "insect dragonfly beetle bug moths butterflies ant spider fly mosquito wasp cricket grasshopper ladybug firefly "
    "kite",
    "basket": "basket market shop store trade merchant seller vendor fruit food harvest apple orange mango banana "
    "bread kitchen cook recipe meal dinner lunch feast mercado canasta price money economy orchard vegetable tomato "
    "collection package packages shopping picnic lemon berry grape cake pie cookie candy honey pizza soup cheese "
    "sandwich salad carrot potato onion pumpkin baker bakery bake",
    "cactus": "cactus cacti desert succulent agave nopal thorn drought patience dune",
    "cloud": "cloud rain storm thunder weather sky fog mist snow snowflake snowman wind lluvia nube umbrella "
    "monsoon drizzle",
    "cup": "cup jug pitcher coffee tea mug breakfast cafe chocolate cocoa drink conversation pottery clay pot bowl "
    "vase java bottle wine beer milk juice talk meeting discussion debate interview table beverage teacup",
    "eye": "eye vision look view observe observer observability monitor monitoring watch watcher camera photo "
    "photograph photography lens glass attention ojo sight perception review inspect debug search spy",
    "face": "face mask person people woman women man men girl boy child children mother father grandmother "
    "grandfather family portrait king queen friend human self identity user team community neighbour neighbor crowd "
    "clown theatre theater actor artist painter sister brother baby cara mascara elder ancestor lady crown ghost "
    "witch monster mind brain psychology princess prince emperor soldier hero",
    "candle": "candle flame wick vela wax birthday vigil prayer altar anniversary remembrance",
    "dancer": "dancer dance ballet folk costume skirt carnival danza baile bailarina choreography festivity",
    "dog": "dog puppy hound perro spaniel shepherd guard terrier puppies loyalty pig bulldog poodle loyal",
    "fish": "fish fisherman shark whale dolphin salmon trout octopus crab reef coral aquarium pez swim swimmer turtle "
    "net pond frog toad seal jellyfish squid lobster shrimp snail wave tortoise",
    "flower": "flower rose tulip daisy lily sunflower orchid blossom bloom bouquet garden gardener petal spring flor "
    "bud wreath dahlia marigold jasmine poppy plant",
    "fox": "fox wolf wolves coyote foxes trick firefox zorro deer rabbit hare mouse rat squirrel hedgehog weasel "
    "otter kangaroo hamster beaver clever",
    "guitar": "guitar music song musician melody violin concert band orchestra drum rhythm sing singer sound marimba "
    "fiesta serenade tune instrument piano flute trumpet musica guitarra radio podcast audio harmony trombone harp "
    "accordion choir opera",
    "hand": "hand craft craftsman artisan help helper work worker maker touch finger greeting gesture mano gift hands "
    "tool build builder make repair volunteer labour labor skill carpenter smith blacksmith maintainer maintenance",
    "heart": "heart love romance wedding passion care kindness health life joy happiness corazon amor valentine "
    "emotion feeling hope gratitude thanks peace soul hospital doctor nurse medicine angel",
    "horse": "horse pony stallion mare foal donkey mule caballo ride rider cowboy gallop zebra unicorn elk moose "
    "reindeer camel llama alpaca giraffe cow bull ox goat sheep lamb buffalo bison antelope elephant rhino hippo "
    "chess race racing runner speed",
    "house": "house home village cottage town hut cabin street city building barn farm neighbourhood neighborhood "
    "door roof casa pueblo host hosting church hotel room tent apartment office bridge",
    "jaguar": "jaguar cat tiger lion panther leopard kitten puma ocelot cats gato beast animal cheetah lynx bear "
    "panda monkey gorilla ape raccoon badger courage brave strength strong power",
    "key": "key lock password secret security secure encryption crypto authentication login token unlock privacy "
    "llave permission access vault cipher safe treasure sword shield armor armour guardian",
    "lantern": "lantern lamp light fire torch lighthouse bulb glow spark idea beacon faro fuego bonfire campfire "
    "lightning energy electricity inspiration balloon philosophy wisdom",
    "maize": "maize corn wheat grain tortilla milpa crop seed field agriculture farmer maiz rice growth cereal bean",
    "moon": "moon night midnight lunar sleep dream eclipse luna noche lullaby evening dusk insomnia",
    "mountain": "mountain volcano hill peak summit cliff alps valley everest lava climb climber climbing hike hiker "
    "landscape island montana volcan range challenge eruption rock stone canyon glacier trail error failure crash "
    "incident outage mount",
    "parrot": "parrot macaw toucan parakeet cockatoo peacock guacamaya loro papagayo",
    "pyramid": "pyramid temple ruin maya aztec monument castle tower palace history stair step stack civilization "
    "architecture hierarchy archaeology fortress cathedral wall tikal foundation",
    "rooster": "rooster chicken hen cock turkey morning alarm wake gallo dawn sunrise poultry egg",
    "snake": "snake serpent python dragon lizard worm river eel crocodile iguana serpiente road path cobra stream",
    "star": "star comet galaxy space universe cosmos astronomy planet constellation christmas estrella wish rocket "
    "celebration award festival navigation compass sparkle nebula ring jewel diamond crystal party popper confetti",
    "sun": "sun day summer noon sunshine sunlight solar sol heat sunset beach holiday warmth vacation weekend",
    "textile": "textile loom weave weaver cloth fabric thread huipil embroidery carpet rug blanket quilt mola pattern "
    "knit sew tapestry yarn wool cotton telar network web shirt dress fashion weft thread ribbon string scissors "
    "needle hat shoe coat jacket sweater rope spiderweb puzzle tailor shoemaker seamstress",
    "tree": "tree forest wood oak pine palm leaf leaves branch root jungle arbol bosque park grove nature git version "
    "recursion ecology cedar willow ceiba herb clover",
    "wheel": "wheel gear machine engine gpu server code cpu computer software hardware program programming programmer "
    "developer development process robot clock factory automation pipeline mechanism system bicycle bike cart car "
    "train motor truck cog data database algorithm kernel compiler cluster api script linux kubernetes test testing "
    "model technology industry time watchmaker mill performance benchmark science laptop keyboard math mathematics "
    "physics chemistry logic scientist engineer engineering devops",
    "window": "window app website browser screen desktop interface frontend ui ux balcony curtain pane ventana layout "
    "design dashboard css html phone telephone tablet mirror",
}

POSE_WORDS: Mapping[str, str] = {  # the variant of a motif (see motifs.py) that a word means
    "0": "loom telar quetzal jaguar tiger leopard sail volcano wolf mask cog gear engine machine coffee tea",
    "1": "hummingbird swallow dove flight cat kitten gato comet jug pot vase woman grandmother girl mother lady huipil "
    "shirt dress canoe bicycle cart bouquet garden peak summit range wings",
}

_TIMES: Mapping[str, str] = {
    "night": "night midnight moon star dark darkness evening sleep dream lunar luna noche galaxy space comet eclipse",
    "dawn": "dawn sunrise sunset morning dusk twilight rooster awakening",
    "rain": "rain storm thunder rainy monsoon lluvia fog mist drizzle",
}
_HOURS = frozenset(("night", "midnight", "evening", "morning", "dawn", "sunrise", "sunset", "dusk", "day", "noon"))
_PLACES: Mapping[str, str] = {
    "sea": "sea ocean river lake water island beach harbour harbor port wave mar coast reef coral pond",
    "forest": "forest jungle garden wood green grove orchard park bosque",
    "desert": "desert sand dune dry drought canyon",
    "snow": "snow snowflake snowman winter ice frost cold glacier arctic",
    "room": "room table desk floor kitchen inside indoors shelf cupboard bed parlour stove",
}
_DWELLERS: Mapping[str, str] = {  # what tells of a place where none is named
    "sea": "boat ship fish whale shark dolphin sail sailor canoe turtle swim",
    "forest": "tree leaf leaves plant fox jaguar",
    "desert": "cactus pyramid",
    "snow": "penguin",
}
_ALWAYS_AT: Mapping[str, str] = {"boat": "sea"}  # whatever place is named
_HOMES: Mapping[str, str] = {  # where a hero is at home, when the concept names no place
    "fish": "sea",
    "cactus": "desert",
}
_COLOURS: Mapping[str, str] = {
    "red": "red scarlet crimson vermilion ruby rojo",
    "orange": "orange amber copper tangerine",
    "yellow": "yellow gold golden lemon amarillo",
    "green": "green emerald verde lime",
    "turquoise": "turquoise teal cyan jade aqua",
    "blue": "blue azure cobalt indigo navy azul",
    "violet": "violet purple lilac lavender morado",
    "pink": "pink magenta fuchsia rosa",
    "brown": "brown ochre tan bronze",
    "white": "white ivory cream silver blanco",
    "black": "black negro",
    "grey": "grey gray",
}
_ENDINGS = ("e", "n", "en", "er", "es", "i")  # of German and Italian, beside those of `stems`
_ENGLISH = (  # a text with one of these is English, and "chat" in it is no cat
    "the of and with to for from is are was were be it this that these my your our his her their how what when where "
    "who why you we they about into over under after before not"
)
_BETWEEN = (  # what parts a colour from a noun after it
    "at in on over under by and with en y con na no e com dans sur et avec im am auf und mit nella nel sul в на и с"
)
_SMALL = (  # words that say nothing about a picture
    "a an the of in on at to for from with without by and or but as is are was were be it its this that these those "
    "my our your his her their how why what when where who into over under after before between about not no you we i "
    "me us they one two three four five six seven eight nine ten many some all first new old more most very every do "
    "does did has have had can will just only than then there here if so such am el la los las un una de del en y con "
    "para por e o os as um uma uns do da dos das no na nos nas em com ao se sur dans une et des du le les au aux avec "
    "sous qui que der die das den dem ein eine einen einem einer im am auf mit und von zu zum zur ist il lo gli di "
    "della dello dei delle nel nella sul sulla su per tra mi tu ma mon ton mes mein meine sein seine на и в с под из"
)
ABOVE: Mapping[str, tuple[str, ...]] = {
    "": ("sun", "cloud", "bird", "butterfly", "sun", "parrot"),
    "night": ("moon", "star"),
    "dawn": ("sun", "bird"),
    "rain": ("cloud",),
}
AROUND: Mapping[str, tuple[str, ...]] = {
    "": (
        "bird",
        "flower",
        "house",
        "tree",
        "butterfly",
        "mountain",
        "cactus",
        "heart",
        "maize",
        "rooster",
        "dog",
        "parrot",
        "pyramid",
        "horse",
        "jaguar",
        "fox",
        "basket",
    ),
    "sea": ("boat", "fish", "bird", "fish", "house", "star"),
    "forest": ("tree", "bird", "flower", "butterfly", "snake", "jaguar"),
    "desert": ("cactus", "snake", "pyramid", "mountain", "bird", "flower"),
    "snow": ("mountain", "house", "tree", "bird", "fox", "star"),
    "room": ("window", "flower", "cup", "basket", "book", "lantern", "textile", "jaguar"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A concept understood: `hero` and `others` name motifs, `time` and `place` may be "", `colours` are hues
    said of the hero, `wishes` of other motifs (name, hue), `tints` of the sea, the hills,
        or nothing in particular; `poses` the variants of motifs that words ask for."""

    hero: str
    others: tuple[str, ...]
    time: str
    place: str
    colours: tuple[str, ...]
    tints: tuple[str, ...]
    poses: tuple[tuple[str, int], ...] = ()
    wishes: tuple[tuple[str, str], ...] = ()


def _index(lists: Mapping[str, str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for name, words in lists.items():
        for word in (name, *words.split()):
            table.setdefault(word, name)
    return table


_MOTIF_OF, _TIME_OF, _PLACE_OF, _DWELLING_OF, _COLOUR_OF, _POSE_OF = map(
    _index, (MOTIF_WORDS, _TIMES, _PLACES, _DWELLERS, _COLOURS, POSE_WORDS)
)
_SMALL_SET, _ENGLISH_SET, _BETWEEN_SET = (frozenset(listed.split()) for listed in (_SMALL, _ENGLISH, _BETWEEN))
_SMALL_NUMBERS = "two three four five six seven eight nine ten many some several dos tres"
_NUMBERS = frozenset(_SMALL_NUMBERS.split())
_NAMES = tuple(sorted(MOTIF_WORDS))
_PARTICULAR = ("boat", "face", "fish", "window", "moon", "cloud", "sun", "hand", "eye", "dancer", "textile", "wheel")
_COMPANIONS = tuple(name for name in _NAMES if name not in _PARTICULAR)  # what may stand anywhere, unasked


def words(concept: str) -> list[str]:
    """The words of a text in order: lower case, no accents, no digits; what only other languages know, in English."""
    every = [w for run in re.findall(r"[^\W\d_]+", lexicon.plain(concept)) for w in lexicon.split(run)]
    english = not _ENGLISH_SET.isdisjoint(every)
    return [w if w in _SMALL_SET or (english and w.isascii()) or says(w) else _translated(w) for w in every]


def says(word: str) -> bool:
    """Whether a word of `words` says anything about the picture."""
    tables = (_MOTIF_OF, _TIME_OF, _PLACE_OF, _DWELLING_OF, _COLOUR_OF)
    return word in _NUMBERS or any(_find(word, table) for table in tables)


def understood(concept: str) -> bool:
    """Whether any word of the concept names a motif; else the hero is chosen by hash."""
    return any(motif_of(word) for word in words(concept))


def _translated(word: str) -> str:
    found = (lexicon.english(stem) for stem in (*stems(word), *(word[: -len(e)] for e in _ENDINGS if word.endswith(e))))
    return next((english for english in found if english), word)


def stems(word: str) -> list[str]:
    """The word and simpler forms of it, nearest first: plural, -ing, -ed, -er."""
    out = [word]
    for ending, put in (("ies", "y"), ("ves", "f"), ("men", "man"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"),
                        ("ed", ""), ("ed", "e"), ("er", ""), ("er", "e"), ("y", "")):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            out.append(word[: -len(ending)] + put)
    doubled = [s[:-1] for s in out if len(s) > 4 and s[-1] == s[-2]]
    return out + doubled


def motif_of(word: str) -> str | None:
    """The motif that a word names, or None."""
    return _find(word, _MOTIF_OF)


def _find(word: str, table: Mapping[str, str]) -> str | None:
    return next((table[s] for s in stems(word) if s in table), None)


def _all(found: Iterable[str], table: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for w in found if (name := _find(w, table))))


def _is_by_the_way(word: str) -> bool:
    """Whether a word says what a thing does ("a singing bird") or when ("at night a boat"): things come before it."""
    return word in _HOURS or (word.endswith(("ing", "ed")) and word not in _MOTIF_OF)  # a listed word is a noun


def digest(text: str) -> int:
    """64 bits of SHA-256: the same in every process, unlike `hash`."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def read(concept: str) -> Reading:
    """Understand a concept. The hero is the first noun that names a motif; a concept of unknown words hashes to one."""
    found = [w for w in words(concept) if w not in _SMALL_SET]
    nouns = [w for w in found if w not in _COLOUR_OF]
    known = _all(sorted(nouns, key=_is_by_the_way), _MOTIF_OF) or _all(found, _MOTIF_OF)
    strange = [w for w in nouns if motif_of(w) is None]
    seed = " ".join(strange or found) or concept
    hero = known[0] if known else _NAMES[digest("hero " + seed) % len(_NAMES)]
    others = [name for name in known if name != hero]
    others += [_COMPANIONS[digest("other " + w) % len(_COMPANIONS)] for w in strange[:2]]
    time, place = _all(found, _TIME_OF), _all(found, _PLACE_OF) or _all(found, _DWELLING_OF)
    where = _ALWAYS_AT.get(hero) or (place[0] if place else _HOMES.get(hero, ""))
    above, around = ABOVE[time[0] if time else ""], AROUND[where]
    everything = " ".join(found)
    others.insert(2, above[digest("above " + everything) % len(above)])
    others += [around[digest(f"around {k} {everything}") % len(around)] for k in range(12)]
    hidden = {"sun"} - set(known) if time and time[0] in ("night", "rain") else set()
    unique = tuple(name for name in dict.fromkeys(others) if name not in hidden and name != hero)
    unique = (*(hero,) * _more(words(concept), hero), *unique)
    own, wishes, tints = _colours(words(concept), hero)
    return Reading(hero, unique, time[0] if time else "", where, own, tints, _poses(found), wishes)


def _more(every: Sequence[str], hero: str) -> int:
    """How many more of the hero the text speaks of: one in "two red boats", two in "dancers", none in "a boat"."""
    for i, word in enumerate(every):
        if motif_of(word) == hero:
            singular = next((s for s in stems(word) if s in _MOTIF_OF), word)
            counted = [w for w in every[max(0, i - 3) : i] if w in _NUMBERS]
            if counted:
                return 1 if counted[-1] in ("two", "dos") else 2
            return 2 if word.endswith("s") and singular != word else 0
    return 0


def _poses(found: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The variants that words ask for, the first word of a motif deciding."""
    out: dict[str, int] = {}
    for word in found:
        name, pose = motif_of(word), _find(word, _POSE_OF)
        if name is not None and pose is not None:
            out.setdefault(name, int(pose))
    return tuple(out.items())


def _colours(every: Sequence[str], hero: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Hues of the hero, of other motifs, and of the scene: each belongs to the known noun beside it."""
    own: list[str] = []
    wishes: dict[str, str] = {}
    tints: list[str] = []
    for i, word in enumerate(every):
        if word not in _COLOUR_OF:
            continue
        beside = next((w for w in _beside(every, i) if motif_of(w) or _find(w, _PLACE_OF)), "")
        name = motif_of(beside)
        if name == hero:
            own.append(_COLOUR_OF[word])
        elif name is not None and not (name == "mountain" or _find(beside, _PLACE_OF)):
            wishes.setdefault(name, _COLOUR_OF[word])
        else:
            tints.append(_COLOUR_OF[word])
    return tuple(dict.fromkeys(own)), tuple(wishes.items()), tuple(dict.fromkeys(tints))


def _beside(every: Sequence[str], i: int) -> list[str]:
    """The words to which the colour at `i` may belong, likeliest first: "red fox", "zorro rojo en la nieve"."""
    after = [w for w in every[i + 1 : i + 5] if w not in _COLOUR_OF]
    before = [w for w in every[:i] if w not in _COLOUR_OF and w not in _SMALL_SET][-1:]
    nouns = [w for w in after if w not in _SMALL_SET][:1]
    parted = after and after[0] in _BETWEEN_SET
    return [*before, *nouns] if parted else [*nouns, *before]
