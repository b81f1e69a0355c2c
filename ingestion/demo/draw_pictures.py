"""Draw one small SVG picture for every product of the demo shop.

In: an output folder and one or more catalogues (JSON Lines, one product a line, with at least
`id`, `title`, `category` and `colour`). Out: `<id>.svg` in that folder for each product, a flat
illustration of its category in its own colours; the same input gives the same bytes.
It touches nothing but those files: no clock, no network, no random source, no other package.

    python3 draw_pictures.py OUT_FOLDER CATALOGUE.jsonl [CATALOGUE.jsonl ...]

The drawings are data: `KINDS` names the drawing for a category (and for words of a title), and
`DRAWINGS` at the end of the file holds them in a little language, one shape a line:

    [which] [m] [@deg,x,y] [*n,dx,dy] SHAPE INK numbers

    which   a0 a1 a2: drawn for a third of the products; b0 b1: for half of them
    m       drawn twice, the second time mirrored left to right
    @       turned by `deg` degrees about (x, y)
    *       drawn `n` times, each `dx`, `dy` further on
    SHAPE   p path-data | s width path-data (a line) | d width path-data (a dashed line)
            r x y width height radius | e x y rx ry (an ellipse) | t x y r (twelve hour marks)
    INK     one letter, see `inks`

A line that starts with a blank continues the one above. The canvas is 240 by 240 units.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

COLOURS: Mapping[str, str] = {
    "black": "#3b3f45", "white": "#f6f4ee", "grey": "#8d949b", "red": "#c8453b",
    "orange": "#e58a3a", "yellow": "#edc14a", "green": "#5d9360", "olive": "#7c7f45",
    "blue": "#4a83bd", "navy": "#2f4468", "teal": "#3a8f92", "purple": "#7d5c9c",
    "pink": "#e59aa9", "brown": "#8a5f41", "beige": "#d6bf9b", "cream": "#f3e7cb",
    "silver": "#b9c0c6", "gold": "#c99f48", "natural": "#cfae7d",
}  # fmt: skip
# Inks that do not depend on the product: (colour, opacity).
FIXED_INKS: Mapping[str, tuple[str, str]] = {
    "w": ("#fdfcf8", ""), "g": ("#ccd2d7", ""), "G": ("#8f979e", ""), "n": ("#cda471", ""),
    "N": ("#9c7448", ""), "y": ("#f7cf5f", ""), "o": ("#ec8a45", ""), "f": ("#7fab6c", ""),
    "F": ("#4f7f52", ""), "e": ("#6a4c39", ""), "t": ("#7fb9d2", ""),
    "s": ("#e3eef3", ".7"), "h": ("#1d2733", ".15"), "q": ("#ffffff", ".38"),
    "Y": ("#ffd45e", ".42"),
}  # fmt: skip
# (paper, backdrop): the pale pairs set off most goods, the deeper ones set off pale goods.
PALE_PAPERS = (
    ("#f5f0e6", "#ebe2d1"), ("#edf1ea", "#dde6da"), ("#eaf0f3", "#d9e4ea"),
    ("#f6ece6", "#eeddd3"), ("#f0edf3", "#e3dde9"), ("#f4f1e1", "#e9e3c9"),
)  # fmt: skip
DEEP_PAPERS = (
    ("#c9d6d3", "#b3c5c1"), ("#d3c8bb", "#c2b4a3"), ("#c3d0dc", "#adbfcf"),
    ("#d9c3bb", "#cbaea4"), ("#cbc5d6", "#b8b0c8"), ("#c8d0b9", "#b5bfa2"),
)  # fmt: skip
BACKDROPS = (
    '<circle cx="120" cy="114" r="96" fill="{}"/>',
    '<path d="M26 240V120a94 94 0 0 1 188 0V240Z" fill="{}"/>',
    '<path d="M0 168Q70 140 130 160T240 150V240H0Z" fill="{}"/>',
    '<rect x="24" y="22" width="192" height="196" rx="40" fill="{}"/>',
)
TAGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "r": ("rect", ("x", "y", "width", "height", "rx")),
    "e": ("ellipse", ("cx", "cy", "rx", "ry")),
}
PALE_FROM = 0.72  # brightness, 0..1, from which a product needs the deeper papers
CODE = re.compile(r"[ab][0-2]|m|[@*][-\d.,]+")

# For each category: (words, drawing), the first whose words meet the title; "" meets any.
KINDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "tents": (("tunnel longhouse family", "tunnel"), ("bell", "belltent"),
              ("tarp shelter", "tarp"), ("", "dome")),
    "sleeping bags": (("quilt double liner summer", "flatbag"), ("", "mummy")),
    "sleeping mats": (("roll", "foamroll"), ("accordion z", "zmat"), ("", "airmat")),
    "backpacks": (("roll-top waterproof packable bike", "rolltop"), ("", "pack")),
    "jackets": (("down synthetic puffer", "puffer"), ("", "jacket")),
    "fleeces": (("", "fleece"),),
    "trousers": (("", "trousers"),),
    "boots": (("wellies", "wellies"), ("shoes", "shoe"), ("", "boot")),
    "base layers": (("leggings tights", "leggings"), ("", "shirt")),
    "gloves": (("mittens", "mittens"), ("", "gloves")),
    "hats": (("sun rain", "sunhat"), ("trapper", "trapper"), ("", "beanie")),
    "stoves": (("system", "system"), ("twinfire camp", "twoburner"),
               ("wood", "woodstove"), ("", "canister")),
    "headlamps": (("", "headlamp"),),
    "bottles": (("soft", "softflask"), ("flask growler", "flask"), ("", "bottle")),
    "cookware": (("dutch", "dutchoven"), ("coffee", "coffeepot"), ("", "pot")),
    "camp furniture": (("table", "rolltable"), ("hammock", "hammock"), ("bed cot", "campbed"),
                       ("stool", "stool"), ("", "campchair")),
    "dry bags": (("duffel", "duffel"), ("set", "drysacks"), ("", "drybag")),
    "pans": (("wok", "wok"), ("milk", "sauce"), ("sauté", "sautepan"),
             ("casserole", "casserole"), ("", "skillet")),
    "knives": (("bread", "breadknife"), ("santoku", "santoku"), ("paring", "paring"),
               ("helper", "kidknife"), ("", "chefknife")),
    "kettles": (("gooseneck", "gooseneck"), ("hob", "hobkettle"), ("glass", "glasskettle"),
                ("travel", "foldkettle"), ("", "jugkettle")),
    "coffee makers": (("moka", "moka"), ("press", "press"), ("espresso", "espresso"),
                      ("machine", "dripmachine"), ("", "dripper")),
    "mugs": (("enamel", "enamelmug"), ("bowl", "bowls"), ("tumbler", "tumbler"),
             ("children's", "kidmug"), ("", "mug")),
    "baking tins": (("bundt", "bundt"), ("muffin", "muffin"), ("springform", "springform"),
                    ("", "loaftin")),
    "storage jars": (("caddy", "caddy"), ("crock", "crock"), ("spice", "spicejars"),
                     ("", "clipjar")),
    "blankets": (("fleece", "fleeceblanket"), ("picnic", "picnic"), ("weighted quilt", "quilted"),
                 ("baby", "babyblanket"), ("", "throw")),
    "bed linen": (("children's", "kidbed"), ("", "bed")),
    "pillows": (("neck", "neckpillow"), ("contour", "contour"), ("cushion", "cushion"),
                ("", "pillow")),
    "towels": (("beach", "beachtowel"), ("set", "towelstack"), ("kitchen", "kitchentowels"),
               ("", "bathtowel")),
    "desk lamps": (("banker's", "bankerlamp"), ("clip-on", "cliplamp"), ("fox", "foxlamp"),
                   ("clamp", "clamplamp"), ("", "tasklamp")),
    "floor lamps": (("column", "columnlamp"), ("heron", "heronlamp"), ("paper", "paperlamp"),
                    ("", "tripodlamp")),
    "lanterns": (("dome", "domelantern"), ("garden", "boxlantern"), ("path", "pathlantern"),
                 ("", "stormlantern")),
    "rugs": (("braided", "braidrug"), ("play", "playrug"), ("", "rug")),
    "chairs": (("office", "officechair"), ("folding", "foldchair"), ("rocking", "rockingchair"),
               ("children's", "kidchair"), ("", "diningchair")),
    "shelves": (("cube", "cubeshelf"), ("ledge", "ledge"), ("rack", "rack"), ("", "laddershelf")),
    "baskets": (("market", "market"), ("hamper", "hamper"), ("rope", "ropebasket"),
                ("", "laundry")),
    "candles": (("scented", "jarcandle"), ("led", "triocandles"), ("taper", "tapers"),
                ("", "pillars")),
    "planters": (("herb", "pot3"), ("balcony", "balconybox"), ("grow", "growbag"),
                 ("", "bigpot")),
    "garden tools": (("secateurs", "secateurs"), ("weeder", "weeder"), ("set", "toolset"),
                     ("watering", "wateringcan"), ("", "trowel")),
    "aprons": (("", "apron"),),
    "clocks": (("alarm", "sunrise"), ("bathroom", "bathclock"), ("", "wallclock")),
    "toys": (("kite", "kite"), ("moose", "moose"), ("", "blocks")),
}  # fmt: skip
# Drawings with a left and a right: half of their products look the other way.
TURNABLE = """
tunnel tarp foamroll airmat boot shoe wellies canister system coffeepot flask bottle hammock
campbed wok sauce jugkettle glasskettle gooseneck hobkettle moka press mug enamelmug throw
fleeceblanket tasklamp heronlamp rockingchair wateringcan loaftin
"""


class CatalogueError(ValueError):
    """A catalogue line that cannot be drawn; the message says which and what to mend."""


@dataclass(frozen=True)
class Product:
    """What a picture needs to know of a product; `colours` are shop words, body first."""

    id: str
    title: str
    category: str
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """One line of a drawing, parsed: `codes` as in the module's notes, then ink and numbers."""

    codes: tuple[str, ...]
    kind: str
    ink: str
    numbers: tuple[str, ...]


def read_products(path: Path) -> Iterator[Product]:
    """Yield the products of one JSON Lines file in its order; blank lines are passed over.

    Raises:
        CatalogueError: if a line is no JSON object, lacks a field, or has an unsafe id or an
            unknown colour or category.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                key, title, category = (str(row[name]) for name in ("id", "title", "category"))
                product = Product(key, title, category, tuple(row["colour"]))
            except (ValueError, KeyError, TypeError) as error:
                raise CatalogueError(f"{path}, line {number}: {error!r}") from error
            unknown = [c for c in product.colours if c not in COLOURS]
            if unknown or not product.colours or product.category not in KINDS:
                raise CatalogueError(
                    f"{path}, line {number}: colour {product.colours}, category "
                    f"{product.category!r}; add unknown ones to COLOURS or KINDS"
                )
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", product.id):
                raise CatalogueError(f"{path}, line {number}: id {product.id!r} is no file name")
            yield product


def roll(product_id: str, what: str, sides: int) -> int:
    """Return 0 … sides - 1, always the same for an id and a matter, and spread evenly."""
    digest = hashlib.sha256(f"{product_id}/{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % sides


def mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with a `share` (0..1) of `other` in it; all are #rrggbb."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def brightness(colour: str) -> float:
    """Return the perceived brightness of #rrggbb, 0 (black) to 1, by the Rec. 601 weights."""
    red, green, blue = bytes.fromhex(colour[1:])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def inks(colours: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return letter -> (colour, opacity) for a product's colours, body first.

    b body, B in shade, L in light; a accent, A in shade, l in light; k near black; the rest as
    in `FIXED_INKS`. A product of one colour gets a lighter or darker tone of it as its accent.
    """
    body = COLOURS[colours[0]]
    dark = brightness(body) < 0.5
    tone = mix(body, "#ffffff", 0.42) if dark else mix(body, "#3a2f28", 0.34)
    accent = COLOURS[colours[1]] if len(colours) > 1 else tone
    mixed = {
        "b": body, "B": mix(body, "#20242c", 0.2), "L": mix(body, "#ffffff", 0.24),
        "a": accent, "A": mix(accent, "#20242c", 0.2), "l": mix(accent, "#ffffff", 0.4),
        "k": "#17191c" if brightness(body) < 0.3 else "#343a40",
    }  # fmt: skip
    return {letter: (colour, "") for letter, colour in mixed.items()} | dict(FIXED_INKS)


def parse_drawings(text: str) -> dict[str, list[Shape]]:
    """Return name -> shapes from text in the language of the module's notes."""
    drawings: dict[str, list[Shape]] = {}
    name = ""
    for line in text.strip().replace("\n ", " ").splitlines():
        if line.startswith("="):
            name = line[1:]
            drawings[name] = []
            continue
        words = line.split()
        start = next(i for i, word in enumerate(words) if not CODE.fullmatch(word))
        kind, ink, *numbers = words[start:]
        drawings[name].append(Shape(tuple(words[:start]), kind, ink, tuple(numbers)))
    return drawings


def attributes(shape: Shape, palette: Mapping[str, tuple[str, str]]) -> str:
    """Return the paint attributes of a shape: a fill, or a stroke for lines."""
    colour, opacity = palette[shape.ink]
    if shape.kind not in ("s", "d", "t"):
        return f'fill="{colour}"' + (f' fill-opacity="{opacity}"' if opacity else "")
    width = shape.numbers[0] if shape.kind != "t" else "4"
    dashes = ' stroke-dasharray="6 5"' if shape.kind == "d" else ""
    faint = f' stroke-opacity="{opacity}"' if opacity else ""
    return f'fill="none" stroke="{colour}" stroke-width="{width}"{faint}{dashes}'


def geometry(shape: Shape) -> str:
    """Return the shape's tag and geometry without its closing bracket, e.g. `<path d="M0 0"`."""
    if shape.kind in TAGS:
        tag, names = TAGS[shape.kind]
        pairs = zip(names, shape.numbers, strict=True)
        return f"<{tag} " + " ".join(f'{name}="{value}"' for name, value in pairs)
    first = 0 if shape.kind == "p" else 1
    return f'<path d="{" ".join(shape.numbers[first:])}"'


def hour_marks(shape: Shape, paint: str) -> str:
    """Return the twelve marks of a clock face; the numbers are the centre and the radius."""
    x, y, radius = (int(n) for n in shape.numbers)
    mark = f'<path d="M{x} {y - radius}v8" transform="rotate({{}} {x} {y})"/>'
    return f"<g {paint}>" + "".join(mark.format(30 * hour) for hour in range(12)) + "</g>"


def render(shape: Shape, palette: Mapping[str, tuple[str, str]]) -> str:
    """Return one shape as SVG, repeated, turned and mirrored as its codes say."""
    paint = attributes(shape, palette)
    if shape.kind == "t":
        return hour_marks(shape, paint)
    drawn = geometry(shape)
    codes = {code[0]: code[1:].split(",") for code in shape.codes}
    svg = f"{drawn} {paint}/>"
    if "*" in codes:
        count, dx, dy = (int(n) for n in codes["*"])
        moves = (f' transform="translate({i * dx} {i * dy})"' if i else "" for i in range(count))
        svg = f"<g {paint}>" + "".join(f"{drawn}{move}/>" for move in moves) + "</g>"
    if "@" in codes:
        svg = f'<g transform="rotate({" ".join(codes["@"])})">{svg}</g>'
    return svg + (f'<g transform="matrix(-1 0 0 1 240 0)">{svg}</g>' if "m" in codes else "")


def drawing_for(product: Product) -> str:
    """Return the name of the drawing that fits the product's category and title."""
    words = set(re.findall(r"[\w'-]+", product.title.lower()))
    kinds = KINDS[product.category]
    return next(name for wanted, name in kinds if not wanted or words & set(wanted.split()))


def picture(product: Product, drawings: Mapping[str, Sequence[Shape]]) -> str:
    """Return the product's picture as an SVG document; the id settles all of its details."""
    name = drawing_for(product)
    palette = inks(product.colours)
    pale = brightness(COLOURS[product.colours[0]]) > PALE_FROM
    papers = DEEP_PAPERS if pale else PALE_PAPERS
    paper, backdrop = papers[roll(product.id, "paper", len(papers))]
    shown = {f"a{roll(product.id, 'a', 3)}", f"b{roll(product.id, 'b', 2)}", "m"}
    shapes = "".join(
        render(shape, palette)
        for shape in drawings[name]
        if all(code in shown or code[0] in "@*" for code in shape.codes)
    )
    wide = 0.9 + roll(product.id, "wide", 8) / 100
    high = 0.9 + roll(product.id, "high", 7) / 100
    across = -wide if name in TURNABLE.split() and roll(product.id, "turn", 2) else wide
    moved = f"matrix({across:.2f} 0 0 {high:.2f} {120 - 120 * across:.2f} {206 - 204 * high:.2f})"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" role="img">'
        f"<title>{escape(product.title)}</title>"
        f'<rect width="240" height="240" fill="{paper}"/>'
        f"{BACKDROPS[roll(product.id, 'backdrop', len(BACKDROPS))].format(backdrop)}"
        f'<g transform="{moved}" stroke-linecap="round" stroke-linejoin="round">{shapes}</g>'
        "</svg>\n"
    )


def main(arguments: Sequence[str]) -> int:
    """Draw every product of the catalogues named; return 0, or 2 for a wrong call or catalogue."""
    if len(arguments) < 2:
        sys.stderr.write("usage: draw_pictures.py OUT_FOLDER CATALOGUE.jsonl [...]\n")
        return 2
    folder, drawings = Path(arguments[0]), parse_drawings(DRAWINGS)
    try:
        products = [p for name in arguments[1:] for p in read_products(Path(name))]
    except (CatalogueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for product in products:
        text = picture(product, drawings)
        (folder / f"{product.id}.svg").write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(products)} pictures in {folder}\n")
    return 0


DRAWINGS = """
=dome
e h 120 203 104 8
s k 2 M52 132 L10 204 M188 132 L230 204
p b M24 202 Q58 72 120 62 Q182 72 216 202 Z
p B M120 62 Q182 72 216 202 L156 202 Q150 110 120 62 Z
a0 s a 9 M37 166 Q120 150 203 166
a1 p a M38 162 L202 162 L216 202 L24 202 Z
a2 s L 5 M46 140 Q120 126 194 140
p A M120 76 Q84 128 82 202 L158 202 Q156 128 120 76 Z
p k M120 86 Q97 134 96 202 L144 202 Q143 134 120 86 Z
p a M120 86 Q97 134 96 202 L78 202 Q84 128 120 86 Z
s L 3 M24 202 Q58 72 120 62 Q182 72 216 202
b1 p l M172 120 L188 128 L190 148 L174 142 Z
e k 120 62 5 4
=tunnel
e h 120 203 106 8
s k 2 M26 150 L6 204 M214 150 L234 204
p b M20 202 C20 110 44 82 84 80 L176 88 C204 92 218 140 220 202 Z
p B M150 86 L176 88 C204 92 218 140 220 202 L168 202 C168 140 164 104 150 86 Z
a0 p a M20 202 C20 192 21 184 22 176 L219 180 L220 202 Z
a1 s a 8 M30 142 L214 148
a2 s a 8 M84 84 C98 110 104 150 104 202
p A M30 202 C30 128 46 92 72 92 C96 92 106 140 106 202 Z
p k M44 202 C44 144 54 112 72 112 C88 112 94 150 94 202 Z
s L 3 M20 202 C20 110 44 82 84 80 C98 92 112 140 112 202 M150 86 C164 104 168 140 168 202
m r l 96 0 0 0 0
r l 124 118 26 22 8
s B 2 M137 118 L137 140
=belltent
e h 120 203 100 8
m s k 2 M42 138 L12 204
r n 117 36 6 24 2
p b M120 46 L206 142 L200 202 L40 202 L34 142 Z
p B M120 46 L206 142 L200 202 L152 202 L150 142 Z
p L M120 46 L90 142 L88 202 L40 202 L34 142 Z
p a M34 142 L206 142 L204 154 L36 154 Z
*7,24,0 p b M36 154 L60 154 L48 162 Z
p k M120 92 L100 202 L140 202 Z
p A M120 92 L100 202 L88 202 Q100 150 120 92 Z
p A M120 92 L140 202 L152 202 Q140 150 120 92 Z
a0 s A 3 M120 46 L120 92
b1 p a M120 36 L140 42 L120 48 Z
=tarp
e h 120 204 96 7
m s G 4 M50 92 L50 204
s G 4 M120 60 L120 204
m s k 2 M50 92 L14 204
p B M120 62 L204 98 L224 150 L132 122 Z
p b M120 62 L36 98 L16 150 L132 122 Z
p L M120 62 L36 98 L30 112 L124 80 Z
a0 s a 5 M26 124 L128 98 L214 126
a1 s a 5 M78 80 L70 136 M160 78 L182 138
a2 p a M16 150 L132 122 L224 150 L222 158 L132 131 L18 158 Z
p a M74 204 L166 204 L180 190 L92 190 Z
e w 120 62 4 4
=mummy
e h 120 212 52 6
p b M120 24 C152 24 166 46 167 76 L172 146 C172 186 152 210 120 210 C88 210 68 186 68 146 L73 76
  C74 46 88 24 120 24 Z
p B M136 26 C158 32 166 52 167 76 L172 146 C172 186 152 210 120 210 C150 190 156 120 136 26 Z
e a 120 68 35 31
e A 120 70 28 25
p l M96 76 Q120 64 144 76 Q142 94 120 95 Q98 94 96 76 Z
p h M96 84 Q120 74 144 84 Q140 95 120 95 Q100 95 96 84 Z
a0 *5,0,21 s B 3 M72 112 Q120 122 168 112
a1 *4,0,25 s B 3 M72 112 L120 124 L168 112
a2 *3,16,0 s B 3 M104 108 Q102 160 108 204
p a M73 180 Q120 194 167 180 Q156 210 120 210 Q84 210 73 180 Z
s k 3 M152 92 L157 168
r k 154 166 6 9 3
b1 r l 84 128 20 9 3
=flatbag
e h 120 208 78 7
r b 48 44 144 162 16
p B M150 44 L176 44 Q192 44 192 60 L192 190 Q192 206 176 206 L150 206 Z
p a M48 62 Q48 44 66 44 L174 44 Q192 44 192 62 L192 86 Q120 100 48 86 Z
r w 66 34 108 38 18
r h 66 58 108 14 7
a0 *4,0,25 s B 3 M52 112 Q120 120 188 112
a1 *5,24,0 s B 3 M72 98 L72 202
a2 *4,0,26 s B 3 M52 108 L188 122
s k 3 M181 92 L181 198
r l 62 182 24 10 3
=airmat
e h 120 208 88 7
@-9,120,120 r B 62 26 124 182 22
@-9,120,120 r b 56 24 124 182 22
a0 @-9,120,120 *7,0,22 s B 3 M62 50 L174 50
a1 @-9,120,120 *5,20,0 s B 4 M78 46 L78 186
a2 @-9,120,120 *6,0,22 s B 3 M60 56 L118 70 L176 56
@-9,120,120 r a 62 28 112 24 12
b0 @-9,120,120 r a 62 184 112 16 8
b1 @-9,120,120 r L 62 60 112 4 2
@-9,120,120 e k 164 190 7 7
@-9,120,120 e g 164 190 3 3
=foamroll
e h 120 200 92 8
p B M64 128 L186 128 Q222 150 222 198 L96 198 Z
p b M70 104 L176 104 A48 48 0 0 1 176 200 L70 200 Z
*7,17,0 s B 4 M70 108 L76 196
e B 70 152 40 48
e L 70 152 36 43
s b 7 M70 152 m-3 -3 C60 140 86 132 90 152 C92 176 52 178 48 152 C46 122 88 110 98 138
s a 9 M112 105 Q126 152 112 199 M168 105 Q186 152 168 199
r k 118 142 10 16 2
r k 176 142 10 16 2
=zmat
e h 120 204 96 8
*4,0,26 p b M44 100 L176 100 L206 114 L74 114 Z
*4,0,26 p B M74 114 L206 114 L206 126 L74 126 Z
*4,0,26 p a M44 100 L74 114 L74 126 L44 112 Z
*6,20,0 e L 66 105 7 2
*6,20,0 e L 80 110 7 2
*3,0,26 s B 2 M50 128 L176 128
s k 5 M104 99 L134 113 L134 204
r k 128 150 12 14 3
p h M176 178 L206 192 L206 204 L190 204 Z
=pack
e h 120 208 66 7
m s A 9 M76 92 Q48 120 62 182
r B 58 116 24 72 10
r B 158 116 24 72 10
r b 72 52 96 154 26
p B M134 52 L142 52 Q168 52 168 80 L168 180 Q168 206 142 206 L134 206 Z
p a M68 62 Q70 36 96 36 L144 36 Q170 36 172 62 L172 86 Q120 98 68 86 Z
p A M136 36 L144 36 Q170 36 172 62 L172 86 L138 91 Z
s k 5 M108 36 Q120 20 132 36
m s k 4 M92 88 L92 122
m r k 87 104 10 10 2
a0 r a 84 134 72 56 14
a0 s k 3 M90 148 L150 148
a1 r B 84 126 72 30 10
a1 r a 84 162 72 32 10
a1 s k 2 M90 134 L150 134 M90 170 L150 170
a2 p a M84 140 L156 140 L150 196 L90 196 Z
a2 s L 2 M96 150 L144 186 M144 150 L96 186
b0 r l 110 56 20 12 3
b1 *3,0,16 s k 2 M62 134 L78 134
=rolltop
e h 120 208 62 7
m s A 8 M76 98 Q52 130 64 188
p b M74 70 L166 70 L172 186 Q172 206 152 206 L88 206 Q68 206 68 186 Z
p B M140 70 L166 70 L172 186 Q172 206 152 206 L138 206 Z
r A 70 48 100 14 6
r a 72 58 96 18 6
m s k 5 M74 54 Q62 74 76 104
m r k 66 76 11 14 3
a0 r a 86 126 68 56 8
a0 s k 3 M92 138 L148 138
a1 s a 7 M70 150 L171 150
a1 *5,16,0 r k 84 164 6 14 2
a2 p a M84 132 L156 118 L156 184 L84 184 Z
a2 s k 3 M90 142 L150 131
b1 r l 108 90 24 16 3
b0 s L 3 M84 88 L84 196
=jacket
e h 120 212 62 6
m p b M84 72 Q64 80 54 110 L38 176 L62 186 L86 124 Z
m p a M38 176 L62 186 L59 196 L35 186 Z
p b M84 72 L156 72 Q164 120 164 206 L76 206 Q76 120 84 72 Z
p B M122 76 L156 72 Q164 120 164 206 L122 206 Z
m s B 3 M84 92 Q86 110 84 132
a0 p a M82 78 L158 78 L161 112 L79 112 Z
a1 p a M76 176 L164 176 L164 206 L76 206 Z
a2 m p a M84 72 Q64 80 54 110 L50 126 L82 136 Z
p B M86 78 Q80 28 120 26 Q160 28 154 78 Q120 96 86 78 Z
p A M98 76 Q92 42 120 42 Q148 42 142 76 Q120 90 98 76 Z
p k M104 76 Q102 52 120 52 Q138 52 136 76 Q120 86 104 76 Z
s k 3 M120 84 L120 206
m s k 3 M92 146 L86 174
b1 r l 132 122 18 4 2
b0 r L 92 120 14 8 2
m s l 2 M113 82 L111 104
=puffer
e h 120 212 64 6
m p b M82 74 Q58 82 48 114 L34 176 Q46 190 62 186 L88 126 Z
m s B 3 M66 92 L90 106 M52 118 L82 130 M44 144 L72 154 M37 166 L66 174
p b M82 72 L158 72 Q170 130 166 206 Q120 212 74 206 Q70 130 82 72 Z
p B M122 76 L158 72 Q170 130 166 206 Q144 210 122 209 Z
*5,0,22 s A 3 M77 106 Q98 112 120 108 Q142 112 165 106
p B M88 78 Q82 32 120 30 Q158 32 152 78 Q120 94 88 78 Z
p A M98 78 Q94 46 120 46 Q146 46 142 78 Q120 90 98 78 Z
a0 p a M78 182 L166 182 L166 206 Q120 212 74 206 Z
a1 p a M82 72 L158 72 L163 104 Q120 112 77 104 Z
a2 m p a M37 166 L66 174 L62 186 Q46 190 34 176 Z
s k 4 M120 86 L120 208
m s k 3 M94 152 L90 176
b1 r l 134 118 16 8 3
=fleece
e h 120 212 62 6
m p b M88 62 Q62 70 54 100 L42 182 L68 188 L88 118 Z
m p a M42 174 L69 180 L68 190 L40 184 Z
p b M88 60 L152 60 Q164 120 162 206 L78 206 Q76 120 88 60 Z
p B M122 62 L152 60 Q164 120 162 206 L122 206 Z
m s B 3 M88 82 Q90 104 86 124
a0 p a M84 78 L156 78 L160 112 L80 112 Z
a1 p a M112 74 L128 74 L128 206 L112 206 Z
a2 p a M128 96 L154 96 L154 122 Q141 130 128 122 Z
p a M96 66 L98 36 Q120 44 142 36 L144 66 Q120 80 96 66 Z
p A M120 42 Q134 40 142 36 L144 66 Q132 73 120 73 Z
b0 s k 3 M120 44 L120 122
b0 r k 117 118 6 12 3
b1 s k 3 M120 44 L120 206
m s A 3 M90 148 L84 176
d L 2 M84 196 L158 196
m s B 2 M88 150 Q84 180 82 204
=trousers
e h 120 212 58 6
p b M84 34 L156 34 L168 118 L172 208 L132 208 L120 100 L108 208 L68 208 L72 118 Z
p B M124 34 L156 34 L168 118 L172 208 L132 208 L120 100 Z
r a 83 28 74 16 4
r k 114 30 12 12 3
m s k 3 M92 46 Q92 64 78 68
a0 m p a M76 130 L104 130 L102 158 L74 158 Z
a1 m s k 2 M72 144 L110 142
a1 m s a 3 M72 150 L109 148
a2 m p a M68 190 L110 190 L108 208 L68 208 Z
b1 p a M146 96 L166 96 L169 128 L148 128 Z
b1 s k 2 M147 104 L166 104
b0 m s A 3 M79 76 L70 200
s k 2 M120 44 Q122 76 116 92
m r B 94 26 5 20 2
=boot
e h 126 206 92 7
p k M40 190 L218 190 Q222 204 210 204 L44 204 Q38 204 40 190 Z
*9,19,0 r k 46 200 11 9 2
p b M62 44 L120 44 Q122 92 140 110 Q176 124 206 146 Q220 158 218 192 L42 192 Q40 150 52 124 Q62 96
  62 44 Z
p B M42 192 Q41 168 46 146 Q80 158 104 192 Z
p a M166 126 Q190 136 206 146 Q220 158 218 192 L168 192 Q156 156 166 126 Z
p A M62 44 L120 44 L121 60 L60 60 Z
p L M106 62 L120 62 Q124 92 140 110 L156 118 L132 134 Q106 112 106 62 Z
*5,4,13 s k 3 M98 72 L121 66
a0 s a 6 M58 130 Q96 142 120 190
a1 p a M60 84 L94 84 Q94 108 106 124 L52 124 Q60 106 60 84 Z
a2 d a 3 M52 132 Q92 146 150 150 L166 188
s w 4 M42 190 L218 190
s k 4 M62 44 Q56 32 68 30
b1 e l 78 74 8 8
=shoe
e h 124 196 96 7
p k M30 184 L222 182 Q226 196 212 196 L38 196 Q28 196 30 184 Z
*10,18,0 r k 38 192 10 8 2
p b M42 110 Q56 96 76 104 Q98 124 118 96 L140 104 Q164 138 206 148 Q224 156 222 186 L30 186 Q28
  140 42 110 Z
p B M30 186 Q28 140 42 110 Q56 150 96 186 Z
p a M176 140 Q192 146 206 148 Q224 156 222 186 L182 186 Q168 162 176 140 Z
p L M118 96 L140 104 Q152 124 172 136 L152 150 Q126 128 118 96 Z
*4,12,10 s k 3 M114 116 L138 110
a0 s a 7 M72 186 Q98 150 130 144
a1 p a M44 120 Q58 118 74 128 L70 186 L30 186 Q28 146 44 120 Z
a2 *3,16,0 s a 4 M70 182 L90 146
s w 5 M30 185 L222 184
s k 4 M48 104 Q40 92 52 88
e k 80 107 14 4
=wellies
e h 124 208 92 7
p B M128 38 L178 38 L180 150 Q212 158 214 196 L130 196 Z
p B M128 198 L216 196 L216 206 L128 206 Z
p b M62 46 L116 46 L118 156 Q158 162 160 200 L60 200 Q58 160 62 120 Z
p L M72 58 L80 58 L80 186 L70 186 Z
p a M60 44 L118 44 L118 62 L60 62 Z
p A M126 36 L180 36 L180 52 L126 52 Z
p k M56 198 L162 198 L162 208 L56 208 Z
*6,17,0 r k 60 204 10 7 2
a0 s a 5 M60 182 Q110 176 158 186
a1 *3,0,24 e a 96 86 6 6
a2 s a 6 M61 84 L117 84
b1 r k 94 62 10 16 3
p h M118 156 Q158 162 160 200 L128 200 Q134 170 118 156 Z
=shirt
e h 120 212 60 6
m p b M92 50 Q64 58 56 90 L40 186 L64 192 L88 118 Z
m p a M41 180 L66 186 L64 194 L38 188 Z
p b M92 50 Q120 66 148 50 Q162 110 158 206 L82 206 Q78 110 92 50 Z
p B M128 58 Q140 56 148 50 Q162 110 158 206 L128 206 Z
a0 *5,0,18 s B 3 M83 112 L157 112
a0 m *3,-3,20 s B 3 M54 112 L82 119
a1 m p a M92 50 Q82 62 84 100 L86 124 L64 118 L58 84 Q66 58 92 50 Z
a2 p a M82 104 L158 104 L159 134 L81 134 Z
a2 s l 3 M82 119 L158 119
m s A 3 M92 54 Q80 84 86 122
p a M88 54 Q120 92 152 54 L142 44 Q120 62 98 44 Z
p k M98 46 Q120 64 142 46 Q120 54 98 46 Z
b1 r l 100 184 16 10 2
b0 s k 3 M120 72 L120 112
b0 r k 117 108 6 12 3
m s B 2 M86 134 Q90 160 84 190
d L 2 M84 198 L156 198
=leggings
e h 120 212 48 6
p b M86 30 L154 30 Q162 70 158 120 L150 208 L126 208 L120 92 L114 208 L90 208 L82 120 Q78 70 86 30
  Z
p B M122 30 L154 30 Q162 70 158 120 L150 208 L126 208 L120 92 Z
r a 84 24 72 18 6
d L 2 M88 46 L152 46
m s A 3 M86 50 Q80 110 94 200
a0 m p a M84 126 L116 126 L115 150 L86 150 Z
a1 *5,0,24 s L 2 M84 70 Q120 80 156 70
a2 m s a 5 M100 50 Q90 120 102 204
m r a 90 198 24 10 3
b1 r l 132 56 12 8 2
s A 2 M120 44 L120 92
=gloves
e h 120 208 84 6
m @-6,70,130 p b M46 186 L48 120 L40 74 Q40 64 48 66 L58 104 L58 56 Q60 46 68 56 L72 102 L78 54
  Q84 46 88 56 L86 106 L98 68 Q106 64 106 74 L98 130 L112 116 Q124 112 118 124 L98 160 L96 186 Z
m @-6,70,130 r a 44 182 54 22 6
m @-6,70,130 r A 44 188 54 4 1
a0 m @-6,70,130 p a M54 118 L92 120 L90 148 L54 146 Z
a1 m @-6,70,130 *3,0,9 s B 3 M56 124 L90 126
a2 m @-6,70,130 p B M60 112 L88 114 L80 150 L62 150 Z
b1 m @-6,70,130 d L 2 M52 172 L92 174
b0 m @-6,70,130 r k 60 166 24 7 3
=mittens
e h 120 208 84 6
m @-6,70,130 p b M44 178 L40 96 Q42 54 70 54 Q98 54 100 98 L100 126 L112 112 Q128 106 122 124 L98
  164 L96 178 Z
m @-6,70,130 p B M78 55 Q98 60 100 98 L100 126 L112 112 Q128 106 122 124 L98 164 L96 178 L84 178
  Q94 110 78 55 Z
m @-6,70,130 r a 38 174 64 30 10
m @-6,70,130 s A 3 M42 184 L98 184
a0 m @-6,70,130 p a M48 104 L92 104 L92 128 L48 128 Z
a1 m @-6,70,130 s a 7 M42 88 L98 88
a2 m @-6,70,130 *3,0,14 s L 3 M48 98 L92 98
b1 m @-6,70,130 e k 68 190 5 5
s k 2 M84 206 Q120 224 156 206
=beanie
e h 120 196 82 7
p b M46 158 Q44 58 120 56 Q196 58 194 158 Z
p B M134 57 Q196 62 194 158 L150 158 Q160 90 134 57 Z
*7,16,0 s B 3 M72 82 L70 156
a0 s a 12 M52 116 Q120 102 188 116
a1 s a 6 M50 126 Q120 114 190 126 M56 104 Q120 92 184 104
a2 *6,22,0 p a M54 132 L65 112 L76 132 Z
r a 38 146 164 44 14
*11,14,0 s A 3 M50 152 L50 184
b0 e a 120 48 24 22
b0 e l 114 42 12 10
b1 r A 112 50 16 10 4
r w 148 160 26 14 3
=sunhat
e h 120 188 100 8
e B 120 166 104 24
e b 120 160 104 24
p b M64 156 Q66 72 120 70 Q174 72 176 156 Q120 176 64 156 Z
p B M134 71 Q174 76 176 156 Q160 163 146 164 Q160 110 134 71 Z
p a M63 140 Q120 160 177 140 L176 158 Q120 178 64 158 Z
a0 *4,16,0 s B 2 M96 78 Q88 110 92 144
a1 m e k 88 112 4 4
a1 m e k 100 104 4 4
a2 d L 2 M70 116 Q120 134 170 116
d L 2 M24 164 Q120 196 216 164
b1 s k 3 M66 164 Q84 220 120 218 Q156 220 174 164
b0 p A M160 150 L184 168 L170 172 Z
=trapper
e h 120 204 76 7
p B M56 106 L40 172 Q56 200 84 186 L92 120 Z
p B M184 106 L200 172 Q184 200 156 186 L148 120 Z
m p a M60 126 L52 170 Q62 186 78 178 L84 126 Z
p b M54 112 Q52 42 120 40 Q188 42 186 112 Z
p B M136 41 Q188 46 186 112 L152 112 Q160 70 136 41 Z
s B 3 M120 40 L120 100
r a 46 92 148 42 20
*9,15,0 e l 60 102 7 5
*8,15,0 e A 68 120 7 4
m s k 4 M66 188 Q70 206 66 218
b1 e k 120 42 6 5
=canister
e h 120 206 62 7
m s G 6 M92 66 L64 66 L64 54
s G 6 M120 76 L120 60 M80 62 L160 62
p o M96 60 Q92 34 106 24 Q104 40 114 38 Q112 20 124 12 Q124 34 134 36 Q136 28 140 26 Q150 44 144
  60 Z
p y M106 60 Q104 46 114 42 Q118 30 124 28 Q128 44 134 48 Q138 54 134 60 Z
r G 96 66 48 14 6
r g 112 80 16 24 3
r k 140 88 34 8 4
e A 178 92 8 8
p b M62 134 Q64 106 120 104 Q176 106 178 134 L178 190 Q176 204 120 204 Q64 204 62 190 Z
p B M146 106 Q176 112 178 134 L178 190 Q176 200 146 203 Z
a0 r a 62 142 116 36 0
a1 p a M62 132 L178 156 L178 186 L62 162 Z
a2 r a 62 132 116 12 0
a2 r a 62 176 116 12 0
p l M120 146 Q134 162 120 174 Q106 162 120 146 Z
s q 6 M74 130 L74 190
=system
e h 120 208 58 7
m s G 4 M98 190 L76 208
r g 100 178 40 28 6
p o M98 178 Q96 162 108 158 L132 158 Q144 162 142 178 Z
r G 82 152 76 16 4
r b 78 50 84 106 8
p B M134 50 L154 50 Q162 50 162 58 L162 148 Q162 156 154 156 L134 156 Z
r k 74 40 92 14 6
r A 106 30 28 12 5
s a 9 M162 72 L188 72 L188 128 L162 128
a0 r a 78 84 84 34 0
a1 *5,0,16 s a 4 M80 72 L160 72
a2 p a M78 64 L162 104 L162 130 L78 90 Z
*5,16,0 r y 86 156 8 8 2
s q 5 M90 62 L90 144
b1 p y M120 92 Q132 106 120 116 Q108 106 120 92 Z
=twoburner
e h 120 204 98 7
p B M34 70 L206 70 L212 128 L28 128 Z
p b M40 76 L200 76 L205 122 L35 122 Z
r b 24 126 192 66 10
r B 24 162 192 30 10
m r G 38 118 72 10 4
m p o M52 118 Q50 102 62 96 Q60 106 70 100 Q72 88 76 86 Q80 96 88 104 Q96 110 94 118 Z
m p y M62 118 Q64 106 74 104 Q84 110 84 118 Z
m s k 4 M38 118 L110 118
m e a 76 158 15 15
m s k 4 M76 158 L84 150
a0 r a 108 150 24 14 4
a1 s a 5 M32 138 L208 138
a2 *4,0,9 s A 3 M110 146 L130 146
m r k 36 190 18 12 3
s k 5 M104 70 Q120 56 136 70
=woodstove
e h 120 208 60 7
m s G 7 M84 186 L72 208
p o M88 66 Q82 44 100 34 Q100 50 110 46 Q110 22 126 14 Q124 40 140 42 Q142 34 148 32 Q158 50 150
  66 Z
p y M104 66 Q104 50 116 46 Q122 36 126 34 Q130 48 138 54 Q140 60 138 66 Z
p b M76 64 L164 64 L156 194 L84 194 Z
p B M134 64 L164 64 L156 194 L132 194 Z
r a 70 60 100 12 5
*6,13,0 e k 88 86 4 4
*5,13,0 e k 94 100 4 4
p k M98 134 Q120 116 142 134 L140 178 L100 178 Z
p o M104 178 Q104 152 116 148 Q122 140 126 156 Q138 160 136 178 Z
p y M114 178 Q116 164 122 162 Q128 168 126 178 Z
a0 *4,18,0 e k 92 186 3 3
a1 s L 3 M82 112 L156 112
m s G 5 M82 60 L82 46
b1 s A 3 M82 182 L156 182
=headlamp
e h 120 204 72 6
e Y 104 158 62 44
p b M38 100 C38 40 202 40 202 100 L202 128 C202 72 38 72 38 128 Z
p B M120 55 C166 55 202 70 202 100 L202 128 C202 98 166 86 120 86 Z
p B M38 100 L54 92 Q40 130 74 158 L74 176 Q36 150 38 128 Z
p B M202 100 L186 92 Q200 130 166 158 L166 176 Q204 150 202 128 Z
a0 s a 6 M42 108 C50 56 190 56 198 108
a1 *6,26,0 r a 52 78 10 8 2
a2 d a 5 M42 112 C50 62 190 62 198 112
r k 72 134 96 62 20
r a 66 128 108 60 22
r A 66 160 108 28 14
e k 104 158 26 26
e w 104 158 21 21
e y 104 158 13 13
e q 98 150 7 5
b0 e k 150 158 11 11
b0 e w 150 158 7 7
b1 r k 140 146 20 24 6
b1 r l 144 150 12 7 3
r k 108 122 24 9 4
=bottle
e h 120 208 50 7
r k 100 26 40 28 8
s k 7 M104 34 Q120 8 136 34
r A 94 50 52 10 4
p b M98 58 L142 58 Q164 70 164 96 L164 188 Q164 206 146 206 L94 206 Q76 206 76 188 L76 96 Q76 70
  98 58 Z
p B M134 58 L142 58 Q164 70 164 96 L164 188 Q164 206 146 206 L134 206 Z
a0 r a 76 108 88 52 0
a1 r a 76 170 88 20 0
a1 r a 76 100 88 8 0
a2 p a M76 122 L164 96 L164 140 L76 166 Z
p l M96 150 L112 124 L122 138 L130 128 L146 150 Z
s q 7 M88 96 L88 190
r h 76 194 88 3 0
b1 e k 120 40 6 6
b0 *4,8,0 s G 2 M108 32 L108 50
=flask
e h 120 208 46 7
r a 90 22 60 52 8
r A 126 22 24 52 8
*5,10,0 s A 2 M98 28 L98 66
r k 86 70 68 10 3
r b 80 78 80 128 12
p B M132 78 L148 78 Q160 78 160 90 L160 194 Q160 206 148 206 L132 206 Z
a0 r a 80 112 80 14 0
a0 r a 80 160 80 6 0
a1 p a M80 120 L160 148 L160 170 L80 142 Z
a2 r a 80 176 80 22 0
s k 7 M160 98 Q188 100 188 136 Q188 170 160 172
s q 6 M92 90 L92 194
p l M108 150 L120 132 L132 150 Z
r g 80 198 80 8 4
=softflask
e h 120 208 44 6
r k 106 24 28 20 6
e a 120 24 12 9
r A 96 42 48 16 5
p b M98 58 L142 58 Q166 84 158 130 Q152 170 158 198 Q120 214 82 198 Q88 170 82 130 Q74 84 98 58 Z
p B M132 58 L142 58 Q166 84 158 130 Q152 170 158 198 Q146 204 134 205 Q140 120 132 58 Z
p L M82 130 Q120 142 158 130 Q152 170 158 198 Q120 214 82 198 Q88 170 82 130 Z
*5,0,16 s a 3 M96 92 L112 92
s q 6 M94 84 Q88 110 94 132
b1 r a 128 90 12 60 4
p w M104 160 Q120 146 136 160 Q120 152 104 160 Z
=pot
e h 120 204 84 7
s A 8 M38 116 Q14 122 36 142
s A 8 M202 116 Q226 122 204 142
p b M40 98 L200 98 L192 186 Q190 204 172 204 L68 204 Q50 204 48 186 Z
p B M150 98 L200 98 L192 186 Q190 204 172 204 L146 204 Z
p L M34 90 L206 90 L206 102 L34 102 Z
p a M46 90 Q60 66 120 64 Q180 66 194 90 Z
p A M130 64 Q180 66 194 90 L146 90 Z
r k 106 50 28 16 7
a0 s a 6 M44 128 L197 128
a1 *6,0,12 s L 3 M60 122 L74 122
a2 p a M45 176 L194 176 L192 190 L48 190 Z
m e k 52 112 4 4
s q 6 M60 118 L66 188
b1 r l 104 140 32 18 4
=dutchoven
e h 120 206 88 7
s G 4 M44 110 Q50 22 120 20 Q190 22 196 110
m p B M76 192 L66 208 L88 208 L94 192 Z
p b M34 112 L206 112 Q208 196 160 200 L80 200 Q32 196 34 112 Z
p B M160 112 L206 112 Q208 196 160 200 L140 200 Q164 170 160 112 Z
p L M28 104 L212 104 L208 118 L32 118 Z
p b M40 104 Q56 80 120 78 Q184 80 200 104 Z
p A M104 78 Q104 62 120 62 Q136 62 136 78 L128 78 Q128 70 120 70 Q112 70 112 78 Z
m e a 40 124 7 7
a0 s a 4 M42 140 Q120 150 198 140
a1 *5,18,0 e L 84 150 4 4
a2 d L 3 M44 144 Q120 156 196 144
s q 6 M54 130 Q54 168 74 184
r h 34 118 172 5 0
=coffeepot
e h 116 206 70 7
p B M150 104 L196 76 L204 88 L160 140 Z
p b M78 78 L152 78 L172 190 Q172 204 158 204 L72 204 Q58 204 58 190 Z
p B M132 78 L152 78 L172 190 Q172 204 158 204 L138 204 Z
s a 9 M76 92 Q24 96 34 146 Q42 168 62 168
p A M76 78 Q80 52 115 50 Q150 52 154 78 Z
r k 105 36 20 16 7
r a 74 74 82 9 3
a0 s a 5 M66 148 L165 148
a1 *4,20,0 e L 80 150 5 5
a2 r a 62 180 108 9 2
s q 7 M86 92 L74 188
d L 3 M70 124 L160 124
=campchair
e h 120 208 84 7
m s k 6 M70 136 L176 204 M176 136 L70 204
m s G 6 M64 60 L58 206
p b M62 44 Q120 56 178 44 L174 134 Q120 148 66 134 Z
p B M128 51 Q156 50 178 44 L174 134 Q152 141 128 141 Z
p a M62 44 Q120 56 178 44 L177 62 Q120 74 63 62 Z
p b M56 132 Q120 152 184 132 L192 156 Q120 178 48 156 Z
p B M56 144 Q120 164 186 144 L192 156 Q120 178 48 156 Z
m r A 40 110 34 11 5
a0 *3,26,0 s B 3 M94 66 L95 138
a1 p a M88 84 Q120 90 152 84 L150 120 Q120 126 90 120 Z
a2 s a 6 M66 98 Q120 110 174 98
b1 p k M162 134 L192 134 L188 160 L166 160 Z
m r k 52 202 14 7 3
=rolltable
e h 120 206 92 7
m s G 7 M60 112 L150 202 M62 202 L150 112
m s G 6 M44 112 L44 110
r B 22 100 196 14 5
r b 22 88 196 18 5
*9,20,0 s B 3 M40 90 L40 104
a0 r a 22 88 16 18 4
a1 s a 4 M24 104 L216 104
m r k 54 198 20 9 4
r l 148 56 26 34 5
s l 5 M174 64 Q190 70 174 80
e A 161 57 13 4
s w 3 M156 44 Q150 36 158 30 M168 44 Q162 36 170 30
p a M66 88 Q68 64 86 62 Q104 64 106 88 Z
e q 80 74 6 8
=hammock
e h 120 206 80 6
r N 22 36 13 170 5
r N 205 36 13 170 5
m s k 3 M32 66 L62 104 M32 66 L48 96
p B M40 84 Q120 150 200 84 Q196 152 120 164 Q44 152 40 84 Z
p b M40 84 Q58 190 120 192 Q182 190 200 84 Q180 150 120 154 Q60 150 40 84 Z
*5,18,0 s a 5 M84 150 L86 184
a0 p a M56 128 Q120 180 184 128 L178 142 Q120 190 62 142 Z
a1 s l 5 M54 124 Q120 178 186 124
a2 s L 4 M50 112 Q120 172 190 112
m s a 4 M42 90 L34 70
e f 28 32 20 15
e F 212 30 22 16
e f 40 24 15 11
=campbed
e h 120 198 100 7
*3,70,0 s G 6 M36 140 L66 194 M66 140 L36 194
r b 16 118 208 26 10
r B 16 132 208 12 6
p a M28 118 Q30 98 52 98 Q76 98 78 118 Z
p l M90 118 Q100 104 120 106 L206 108 Q216 110 216 118 Z
a0 *4,30,0 s B 3 M106 120 L106 142
a1 r a 120 118 60 8 0
a2 d a 3 M26 128 L214 128
s A 3 M90 117 L216 117
*6,34,0 r k 30 190 12 7 3
=stool
e h 120 206 62 7
m p n M82 124 L66 204 L80 204 L98 124 Z
p N M112 124 L112 204 L126 204 L128 124 Z
p b M40 112 Q46 54 120 52 Q194 54 200 112 Q120 130 40 112 Z
p B M140 53 Q194 62 200 112 Q176 119 150 120 Q160 84 140 53 Z
p A M40 112 Q120 130 200 112 L194 124 Q120 142 46 124 Z
e a 86 84 12 10
e a 124 74 13 10
e a 162 88 12 10
e a 112 104 9 6
e a 148 110 7 5
e a 64 104 7 6
m s N 4 M76 166 L120 166
=drybag
e h 120 208 54 7
p b M76 84 L164 84 L170 190 Q170 206 152 206 L88 206 Q70 206 70 190 Z
p B M138 84 L164 84 L170 190 Q170 206 152 206 L136 206 Z
p b M82 56 L158 56 L164 88 L76 88 Z
r B 76 44 88 16 7
r A 80 38 80 12 5
s k 7 M80 50 Q70 24 96 24 L144 24 Q170 24 160 50
r k 108 16 24 16 4
r a 113 20 14 8 2
a0 r a 92 112 56 64 8
a1 p a M70 132 L170 132 L170 160 L70 160 Z
a2 r a 112 90 16 116 0
p l M120 124 Q138 148 120 160 Q102 148 120 124 Z
s q 6 M82 96 L80 192
m s B 2 M84 62 L92 84
s B 4 M76 88 L164 88
s k 4 M170 112 Q196 140 168 178
=drysacks
e h 120 208 92 7
r B 26 120 66 86 14
r b 92 74 72 132 14
r a 160 132 60 74 14
p B M136 74 L150 74 Q164 74 164 88 L164 192 Q164 206 150 206 L136 206 Z
r L 26 104 66 22 6
r L 92 56 72 24 6
r l 160 114 60 22 6
s k 5 M32 106 Q36 84 59 84 Q82 84 86 106 M98 58 Q104 34 128 34 Q152 34 158 58 M166 116 Q170 96 190
  96 Q210 96 214 116
r k 50 80 18 10 3
r k 118 28 20 12 3
r k 181 91 18 10 3
p l M128 120 Q146 146 128 158 Q110 146 128 120 Z
e l 59 160 12 12
e A 190 168 10 10
s q 5 M104 92 L104 194
=duffel
e h 120 204 98 7
s k 7 M70 100 Q76 48 120 46 Q164 48 170 100
r b 20 92 200 108 40
p B M20 150 L220 150 L220 160 Q220 200 180 200 L60 200 Q20 200 20 160 Z
m p A M60 92 Q22 94 20 132 L20 160 Q22 198 60 200 Q42 146 60 92 Z
s k 4 M52 112 L188 112
r k 178 108 14 9 3
m r a 70 94 14 105 0
a0 r a 96 132 48 40 6
a1 s a 6 M88 160 L152 160
a2 r L 92 128 56 48 8
p l M120 138 Q134 156 120 166 Q106 156 120 138 Z
m r k 72 126 10 14 3
s q 5 M60 106 L120 104
=skillet
@40,100,106 r h 164 98 74 22 10
@40,100,106 r B 160 94 70 22 10
@40,100,106 r b 160 94 70 16 8
@40,100,106 r a 176 96 48 12 6
@40,100,106 e w 222 102 4 4
e h 104 116 78 76
e b 100 108 78 78
e B 100 110 66 66
e b 100 113 63 61
p L M36 108 A64 64 0 0 1 100 44 A78 78 0 0 0 50 108 Z
a0 *3,0,0 e B 100 113 44 43
a1 p B M94 30 L106 30 L100 38 Z
a1 e q 74 86 16 9
a2 e q 78 88 10 16
p w M84 112 Q76 92 98 92 Q124 86 126 108 Q132 132 106 130 Q82 134 84 112 Z
e y 106 110 13 13
e q 102 106 4 3
=wok
e h 112 190 84 7
@-24,186,104 r n 176 98 58 15 7
@-24,186,104 r k 164 99 20 13 3
p b M24 104 L196 104 Q190 186 134 190 L86 190 Q30 186 24 104 Z
p B M140 104 L196 104 Q190 186 134 190 L118 190 Q146 160 140 104 Z
e B 110 104 86 16
e k 110 105 78 11
p f M60 104 Q70 78 88 92 Q100 72 110 96 Q90 112 60 104 Z
p F M96 102 Q116 74 132 92 Q148 84 156 104 Q126 114 96 102 Z
p o M76 106 L88 86 L104 106 Z
e o 138 98 10 6
s a 7 M24 104 Q4 98 8 118 Q14 130 30 124
a0 s L 4 M34 130 Q60 144 90 144
a1 s a 4 M32 126 Q110 150 188 126
s q 6 M44 132 Q54 164 82 178
=sauce
e h 108 202 76 7
r a 172 116 62 14 7
r k 164 115 22 16 4
e B 224 123 4 4
p b M36 100 L176 100 L170 186 Q168 202 152 202 L60 202 Q44 202 42 186 Z
p B M132 100 L176 100 L170 186 Q168 202 152 202 L124 202 Q136 160 132 100 Z
p L M28 94 L40 90 L172 90 L184 94 L178 106 L34 106 Z
a0 s a 5 M40 128 L174 128
a0 s a 3 M41 138 L173 138
a1 *6,22,0 e l 52 130 3 3
a1 *5,22,0 e l 64 154 3 3
a1 *5,22,0 e l 58 178 3 3
a2 p a M43 174 L171 174 L169 190 Q166 202 152 202 L60 202 Q46 202 44 190 Z
s q 6 M54 116 L60 188
s w 4 M86 76 Q76 62 88 52 Q98 42 90 30 M124 76 Q114 62 126 52 Q136 42 128 30
=sautepan
e h 108 202 84 7
r G 180 122 56 12 6
r k 172 119 18 18 3
p b M26 116 L190 116 L184 188 Q182 202 168 202 L48 202 Q34 202 32 188 Z
p B M144 116 L190 116 L184 188 Q182 202 168 202 L134 202 Q150 166 144 116 Z
p a M20 106 L196 106 L194 118 L22 118 Z
p a M34 106 Q52 76 108 74 Q164 76 182 106 Z
p A M122 74 Q164 78 182 106 L148 106 Q142 86 122 74 Z
s k 6 M92 74 Q94 56 108 56 Q122 56 124 74
e k 178 128 3 3
*2,0,14 e w 184 124 3 3
a0 s L 3 M34 136 L184 136
a1 d L 3 M36 188 L182 188
a2 *3,0,12 s L 2 M36 146 L182 146
s q 8 M46 130 L52 190
s q 4 M62 94 Q80 84 100 84
=casserole
e h 120 206 88 7
p A M34 122 L16 122 Q10 138 34 144 Z
p A M206 122 L224 122 Q230 138 206 144 Z
p b M32 108 L208 108 L200 188 Q198 206 178 206 L62 206 Q42 206 40 188 Z
p B M154 108 L208 108 L200 188 Q198 206 178 206 L144 206 Q160 166 154 108 Z
p L M26 100 L214 100 L210 114 L30 114 Z
p b M36 100 Q50 68 120 66 Q190 68 204 100 Z
p B M136 67 Q190 70 204 100 L160 100 Q156 80 136 67 Z
r y 106 46 28 20 8
a0 s B 3 M58 90 Q84 76 120 76
a1 s l 4 M38 130 L204 130
a2 *9,20,0 e B 42 126 3 3
s q 8 M54 126 L60 190
s q 5 M66 84 Q88 76 108 76
s w 4 M86 42 Q78 32 88 22 M154 42 Q146 32 156 22
=chefknife
e h 120 204 86 5
@-38,120,120 r n 6 84 230 74 12
@-38,120,120 r N 6 150 230 9 4
@-38,120,120 s N 2 M24 98 L180 98 M60 138 L220 138
@-38,120,120 p h M26 124 L150 124 L150 140 Q78 146 26 124 Z
@-38,120,120 p g M20 102 L150 102 L150 134 Q74 138 20 102 Z
@-38,120,120 p w M32 108 L150 119 L150 134 Q80 138 32 108 Z
@-38,120,120 r G 148 100 12 26 2
@-38,120,120 p a M158 101 L218 99 Q228 110 222 128 Q204 122 158 124 Z
@-38,120,120 p A M158 115 L225 116 Q225 122 222 128 Q204 122 158 124 Z
@-38,120,120 *3,20,0 e g 172 111 3 3
a1 @-38,120,120 s G 2 M60 116 Q80 108 98 116 Q120 124 146 114
a2 @-38,120,120 s G 1 M40 106 L146 107
=breadknife
e h 120 204 86 5
@-38,120,120 r n 14 84 212 76 12
@-38,120,120 s N 2 M28 98 L190 98 M50 148 L214 148
@-38,120,120 e N 80 138 44 18
@-38,120,120 e y 78 134 42 16
@-38,120,120 p w M46 132 Q62 120 82 126 Q102 120 112 134 Q96 146 78 144 Q56 146 46 132 Z
@-38,120,120 p g M10 100 Q12 94 20 94 L154 94 L154 112 L18 112 Q8 110 10 100 Z
@-38,120,120 *11,12,0 p g M18 111 L30 111 L24 118 Z
@-38,120,120 s w 3 M18 104 L150 104
@-38,120,120 r k 150 92 10 22 2
@-38,120,120 p a M158 92 Q196 86 228 96 Q234 108 224 114 Q190 108 158 114 Z
@-38,120,120 p A M158 106 Q196 101 230 108 Q228 112 224 114 Q190 108 158 114 Z
@-38,120,120 *3,20,0 e g 172 100 3 3
=santoku
e h 120 204 86 5
@-38,120,120 r n 6 84 230 74 12
@-38,120,120 s N 2 M24 96 L180 96 M60 148 L220 148
@-38,120,120 p h M30 112 L148 106 L148 142 L40 142 Z
@-38,120,120 p b M44 96 L148 96 L148 136 L34 136 Q20 122 44 96 Z
@-38,120,120 p L M28 124 L148 120 L148 136 L34 136 Q28 132 28 124 Z
@-38,120,120 s L 2 M42 110 Q62 102 82 110 Q104 118 146 106 M36 118 Q62 110 84 117 Q110 122 146 114
@-38,120,120 *6,16,0 e B 52 123 4 6
@-38,120,120 r G 146 94 12 24 2
@-38,120,120 r a 156 94 68 24 9
@-38,120,120 r A 156 107 68 11 5
@-38,120,120 *3,8,0 s y 2 M206 96 L206 117
=paring
e h 120 206 80 5
e o 72 168 34 32
e h 82 176 20 18
s e 4 M72 138 Q74 126 84 120
p f M76 132 Q90 116 104 124 Q96 138 76 132 Z
@28,130,120 p g M122 34 Q140 66 140 112 L120 112 Q112 66 122 34 Z
@28,130,120 p w M122 34 Q130 66 130 112 L120 112 Q112 66 122 34 Z
@28,130,120 r b 117 110 26 78 11
@28,130,120 r B 130 110 13 78 6
@28,130,120 *3,0,18 e g 130 130 3 3
@52,150,140 p g M142 44 Q160 76 160 118 L140 118 Q132 76 142 44 Z
@52,150,140 p w M142 44 Q150 76 150 118 L140 118 Q132 76 142 44 Z
@52,150,140 r a 137 116 26 74 11
@52,150,140 r A 150 116 13 74 6
@52,150,140 *3,0,18 e g 150 134 3 3
=kidknife
e h 120 206 80 5
e y 64 160 24 22
e f 176 76 20 19
@-40,120,120 p g M30 102 Q36 90 54 92 L132 96 L132 130 L44 130 Q22 122 30 102 Z
@-40,120,120 p w M30 116 L132 116 L132 130 L44 130 Q32 126 30 116 Z
@-40,120,120 *7,12,0 p g M46 129 L58 129 L52 135 Z
@-40,120,120 e b 142 113 16 28
@-40,120,120 e B 145 113 8 16
@-40,120,120 p a M150 98 Q196 88 222 102 Q230 114 220 126 Q196 134 150 128 Z
@-40,120,120 p A M150 116 L225 116 Q224 122 220 126 Q196 134 150 128 Z
@-40,120,120 e b 210 112 6 6
=jugkettle
e h 116 208 68 7
r k 56 192 120 16 6
p b M78 64 L150 64 L170 190 L62 190 Z
p B M130 64 L150 64 L170 190 L134 190 Z
p b M82 64 L60 78 L78 96 Z
p A M76 64 Q84 46 114 46 Q144 46 152 64 Z
e k 114 44 10 6
s k 11 M150 72 Q206 70 200 118 Q196 160 172 168
p a M72 104 L156 104 L158 118 L70 118 Z
a0 r s 96 128 14 50 5
a0 r a 99 148 8 28 3
a1 *4,0,12 s L 3 M70 134 L86 134
a2 p a M64 176 L168 176 L170 190 L62 190 Z
s q 7 M90 76 L78 182
e y 116 200 5 4
=glasskettle
e h 116 208 68 7
r k 56 192 120 16 6
p l M76 64 L152 64 L168 190 L64 190 Z
p b M73 98 L156 98 L168 190 L64 190 Z
p B M134 98 L156 98 L168 190 L138 190 Z
e L 115 98 42 6
*4,18,0 e q 84 150 5 5
*4,20,0 e q 78 172 4 4
*3,22,0 e q 92 126 3 3
p A M74 64 Q84 44 114 44 Q144 44 154 64 Z
e k 114 42 10 6
p G M76 64 L58 76 L74 90 Z
s k 11 M152 72 Q208 70 202 118 Q198 160 172 168
r g 62 184 108 10 3
r b 66 194 100 4 2
s q 7 M90 74 L80 178
=gooseneck
e h 126 208 70 7
r k 66 194 120 14 6
s B 10 M86 164 Q42 160 44 108 Q44 76 22 70
p b M92 86 L160 86 L182 186 Q182 194 172 194 L80 194 Q70 194 70 186 Z
p B M142 86 L160 86 L182 186 Q182 194 172 194 L148 194 Z
p A M88 86 Q94 70 126 70 Q158 70 164 86 Z
r n 118 54 16 16 6
s k 8 M164 98 L206 90 L204 142
r n 196 88 15 58 7
a0 s L 4 M76 156 L176 156
a1 *3,0,12 s a 3 M82 130 L168 130
a2 e l 126 150 18 18
e y 96 201 3 3
r L 118 198 34 6 3
s q 6 M98 98 L84 180
s w 4 M16 60 Q8 48 16 38 M30 56 Q22 44 30 34
=hobkettle
e h 120 206 82 7
s a 9 M64 104 Q60 32 120 30 Q180 32 176 104
r N 84 24 72 14 7
p b M164 138 L206 92 L222 98 L190 172 Z
p A M200 92 L208 86 L228 96 L222 104 Z
p b M40 160 Q44 88 120 86 Q196 88 200 160 Q202 206 180 206 L60 206 Q38 206 40 160 Z
p B M146 90 Q196 100 200 160 Q202 206 180 206 L132 206 Q166 160 146 90 Z
p L M80 94 Q84 78 120 76 Q156 78 160 94 Q120 84 80 94 Z
e a 120 70 11 9
a0 s a 6 M42 174 L200 174
a1 e L 104 146 24 24
a1 e a 104 146 12 12
a2 *8,20,0 e a 52 178 4 4
s q 7 M60 176 Q56 122 88 106
s w 4 M224 80 Q216 68 226 58 M212 76 Q204 64 214 54
=foldkettle
e h 116 208 66 7
r k 58 194 116 14 6
p a M76 66 L150 66 L154 92 L72 92 Z
p b M72 92 L154 92 L160 108 L66 108 Z
p B M66 108 L160 108 L154 122 L72 122 Z
p b M72 122 L154 122 L162 140 L64 140 Z
p B M64 140 L162 140 L156 154 L70 154 Z
p b M70 154 L156 154 L166 194 L60 194 Z
p B M136 154 L156 154 L166 194 L140 194 Z
p a M76 66 L56 74 L74 90 Z
p A M74 66 Q82 48 113 48 Q144 48 152 66 Z
e k 113 46 10 6
s k 10 M152 74 Q200 74 196 112 L186 128
e y 76 201 4 4
s q 6 M84 100 L80 186
d l 2 M66 182 L162 182
=dripper
e h 120 208 68 7
p b M58 62 L182 62 L134 126 L106 126 Z
p B M138 62 L182 62 L134 126 L122 126 Z
p w M66 62 L88 34 L152 34 L174 62 Z
p e M76 62 Q120 46 164 62 Z
*5,18,0 s B 3 M84 72 L104 116
r a 76 124 88 12 5
p s M84 136 L156 136 Q176 168 170 200 Q168 206 160 206 L80 206 Q72 206 70 200 Q64 168 84 136 Z
p e M72 172 L168 172 Q172 188 170 200 Q168 206 160 206 L80 206 Q72 206 70 200 Q68 188 72 172 Z
s e 3 M120 128 L120 172
s a 8 M168 150 Q204 148 200 176 Q196 194 170 192
s q 6 M86 146 Q76 166 80 196
b0 s a 4 M74 136 L68 172
s w 3 M104 26 Q98 18 106 10 M134 26 Q128 18 136 10
=moka
e h 112 208 58 7
p b M74 64 L146 64 L156 120 L138 128 L82 128 L64 120 Z
p L M74 64 L96 64 L94 128 L82 128 L64 120 Z
p B M124 64 L146 64 L156 120 L138 128 L126 128 Z
p b M74 64 L52 78 L68 96 Z
r a 80 126 60 10 3
p b M82 136 L138 136 L162 200 Q162 208 154 208 L66 208 Q58 208 58 200 Z
p L M82 136 L98 136 L88 208 L66 208 Q58 208 58 200 Z
p B M122 136 L138 136 L162 200 Q162 208 154 208 L132 208 Z
p L M72 64 Q88 42 110 40 Q132 42 148 64 Z
r a 101 24 18 18 6
s a 11 M148 70 L190 70 L186 132
e G 74 176 5 5
s w 4 M40 66 Q30 54 40 44 M56 58 Q46 46 56 36
=press
e h 114 208 62 7
s G 4 M112 20 L112 66
e A 112 22 10 9
p a M66 66 Q74 46 112 44 Q150 46 158 66 Z
r b 66 66 92 134 8
r B 132 66 26 134 8
p b M68 68 L50 74 L68 92 Z
s a 11 M158 84 Q204 82 202 126 Q200 172 158 174
r a 62 192 100 14 4
a0 r a 66 96 92 8 0
a0 r a 66 164 92 8 0
a1 s l 4 M82 120 L142 120 M82 140 L142 140
a2 *5,18,0 r a 72 104 6 80 3
r L 62 62 100 8 3
s q 7 M80 78 L80 184
p l M104 136 Q112 118 122 136 Q112 156 104 136 Z
=espresso
e h 120 208 88 7
r b 38 46 164 48 10
r B 38 78 164 16 4
r A 58 94 124 92 0
r b 38 46 26 158 8
r b 176 46 26 158 8
r B 38 184 164 22 6
r k 74 180 92 7 2
*7,12,0 r G 80 182 6 3 1
r g 94 92 52 12 3
r k 100 104 40 9 3
r k 136 105 62 9 4
p G M112 113 L128 113 L124 126 L116 126 Z
p w M98 144 L142 144 Q142 176 126 176 L114 176 Q98 176 98 144 Z
e e 120 145 21 5
s w 5 M142 152 Q156 152 150 164 Q146 170 138 168
s e 3 M117 126 L117 143 M123 126 L123 143
e w 82 68 15 15
s o 3 M82 68 L90 60
e k 118 66 6 6
e k 140 66 6 6
r a 158 58 30 16 5
r L 62 34 116 12 4
=dripmachine
e h 120 208 78 7
p b M44 54 Q44 40 58 40 L172 40 Q188 40 188 54 L188 92 L96 92 L96 184 L188 184 L188 206 L44 206 Z
p B M44 130 L96 130 L96 184 L188 184 L188 206 L44 206 Z
p L M104 92 L180 92 L166 116 L118 116 Z
p s M112 122 L172 122 Q188 150 178 184 L106 184 Q96 150 112 122 Z
p e M101 154 Q142 146 183 154 Q184 170 178 184 L106 184 Q100 170 101 154 Z
r k 108 116 68 8 3
s k 8 M180 132 Q208 132 204 156 Q200 174 182 174
e a 70 196 8 5
r w 58 62 34 20 4
s k 2 M66 72 L84 72
a0 r a 44 100 52 8 0
a1 *4,0,10 s L 3 M58 110 L84 110
r a 110 56 62 7 3
s q 5 M116 132 Q108 154 112 178
=mug
e h 110 206 64 7
s B 14 M162 92 Q212 88 206 134 Q200 172 156 170
s b 9 M162 92 Q212 88 206 134 Q200 172 156 170
p b M46 66 L168 66 L162 184 Q160 204 142 204 L72 204 Q54 204 52 184 Z
p B M136 66 L168 66 L162 184 Q160 204 142 204 L124 204 Q140 150 136 66 Z
e L 107 66 61 13
e e 107 68 52 9
a0 p a M49 120 Q66 140 84 126 Q106 150 126 128 Q146 142 165 124 L168 66 Q107 92 46 66 Z
a0 e L 107 66 61 13
a0 e e 107 68 52 9
a1 p a M51 164 L163 164 L162 184 Q160 204 142 204 L72 204 Q54 204 52 184 Z
a2 *6,18,0 e a 62 120 5 5
a2 *6,18,0 e a 66 146 4 4
s q 7 M62 92 L66 186
s w 4 M88 50 Q78 36 90 26 M124 50 Q114 36 126 26
=enamelmug
e h 110 206 62 7
s a 9 M164 96 Q206 94 202 132 Q198 166 162 166
p b M48 72 L166 72 L162 196 Q162 204 152 204 L62 204 Q52 204 52 196 Z
p B M138 72 L166 72 L162 196 Q162 204 152 204 L130 204 Z
e a 107 72 61 12
e L 107 73 54 8
e e 107 75 47 5
p a M106 116 L126 156 L86 156 Z
p a M134 130 L148 156 L120 156 Z
p l M106 116 L112 128 L106 126 L100 128 Z
*7,16,0 e l 60 186 2 2
*6,18,0 e l 62 102 2 2
s q 6 M62 94 L64 190
s w 4 M88 54 Q78 40 90 30 M124 54 Q114 40 126 30
=bowls
e h 120 206 78 7
p B M70 198 L170 198 L164 208 L76 208 Z
p b M38 132 L202 132 Q200 200 120 202 Q40 200 38 132 Z
p B M150 132 L202 132 Q200 200 120 202 Q162 184 150 132 Z
p L M52 72 L188 72 Q186 134 120 136 Q54 134 52 72 Z
p b M148 72 L188 72 Q186 134 120 136 Q156 118 148 72 Z
e a 120 72 68 13
e w 120 73 62 9
e n 120 75 52 6
s a 4 M38 133 Q120 152 202 133
s q 7 M58 158 Q70 186 100 194
s w 4 M100 52 Q90 38 102 28 M138 52 Q128 38 140 28
=tumbler
e h 120 208 46 7
r k 80 40 80 12 5
r k 132 28 22 14 5
r a 76 50 88 16 5
p b M80 66 L160 66 L150 196 Q149 206 140 206 L100 206 Q91 206 90 196 Z
p B M136 66 L160 66 L150 196 Q149 206 140 206 L130 206 Z
p a M83 104 L157 104 L153 148 L87 148 Z
p A M136 104 L157 104 L153 148 L134 148 Z
*6,12,0 s l 2 M92 110 L94 142
r g 92 198 56 8 3
s q 6 M92 76 L98 192
p l M112 170 L120 158 L128 170 L120 182 Z
e a 106 34 5 4
=kidmug
e h 120 206 60 7
m s A 12 M66 106 Q28 102 34 136 Q40 166 72 160
m e A 76 64 16 16
m e l 76 64 8 8
p b M58 70 L182 70 L174 186 Q172 204 154 204 L86 204 Q68 204 66 186 Z
p B M148 70 L182 70 L174 186 Q172 204 154 204 L138 204 Z
e L 120 70 62 12
e e 120 72 53 8
m e k 100 122 6 7
e a 120 148 24 18
p k M112 140 L128 140 L120 150 Z
s k 3 M112 156 Q120 162 128 156
m e o 86 142 8 5
r A 72 194 96 12 5
s q 6 M72 92 L78 180
=loaftin
e h 120 200 92 7
p n M52 112 Q50 74 82 80 Q100 60 122 74 Q148 58 162 78 Q192 76 188 112 Z
p N M150 68 Q162 70 162 78 Q192 76 188 112 L160 112 Q166 90 150 68 Z
*3,34,0 s y 5 M78 92 L92 100
p b M34 112 L206 112 L190 186 Q188 198 176 198 L64 198 Q52 198 50 186 Z
p B M150 112 L206 112 L190 186 Q188 198 176 198 L138 198 Z
r L 22 104 196 12 5
p A M22 106 L38 106 L34 116 L22 114 Z
m e k 32 110 4 3
a0 *3,0,18 s B 3 M48 134 L192 134
a1 p a M44 150 L196 150 L193 166 L47 166 Z
a2 *8,18,0 s L 2 M56 124 L62 190
s q 6 M54 126 L66 186
s w 4 M98 52 Q88 40 100 28 M140 52 Q130 40 142 28
=bundt
e h 120 202 86 7
p n M54 110 Q54 64 90 68 Q104 52 120 64 Q138 52 152 68 Q186 64 186 110 Z
*4,26,0 s N 4 M78 76 Q72 92 74 110
p w M62 84 Q74 64 96 68 Q108 54 122 66 Q140 54 154 70 Q172 68 178 84 Q168 92 160 82 Q150 98 140 84
  Q128 94 118 82 Q104 98 96 82 Q82 96 62 84 Z
e k 120 68 14 5
p b M36 116 L204 116 Q206 196 164 200 L76 200 Q34 196 36 116 Z
p B M156 116 L204 116 Q206 196 164 200 L140 200 Q168 170 156 116 Z
r L 26 108 188 12 6
*6,24,0 p B M52 122 Q64 160 54 192 Q74 160 60 122 Z
a0 s a 4 M42 176 L198 176
a1 r a 26 116 188 4 2
*5,24,0 s q 4 M72 126 L74 184
=muffin
e h 120 196 96 7
*3,60,0 p n M40 112 Q38 76 62 74 Q86 76 84 112 Z
*3,60,0 p N M70 76 Q86 80 84 112 L72 112 Q78 92 70 76 Z
*3,60,0 e e 54 90 3 3
*3,60,0 e e 66 84 3 3
*3,60,0 e e 74 98 3 3
r a 18 110 204 14 6
*3,60,0 p b M34 122 L92 122 L84 174 Q82 180 76 180 L50 180 Q44 180 42 174 Z
*3,60,0 p B M70 122 L92 122 L84 174 Q82 180 76 180 L68 180 Z
*3,60,0 s L 3 M48 130 L52 172
*3,60,0 s L 3 M62 130 L62 172
r A 18 184 204 8 4
m s A 5 M22 122 L22 186
s w 4 M100 56 Q90 44 102 34 M138 56 Q128 44 140 34
=springform
e h 120 204 90 7
p w M44 104 Q46 84 120 82 Q194 84 196 104 Z
p y M48 100 Q120 116 192 100 L192 108 L48 108 Z
*5,26,0 e o 68 92 8 7
*5,26,0 e q 66 90 3 2
r b 40 104 160 72 4
r B 150 104 50 72 4
r L 36 100 168 9 4
*3,0,22 s B 2 M42 124 L198 124
r B 26 176 188 12 5
r L 26 176 188 4 2
r a 160 114 16 52 4
r a 154 126 34 12 4
e g 182 132 4 4
r b 50 188 140 14 4
r B 40 198 160 6 3
s q 6 M54 114 L54 168
=clipjar
e h 120 208 62 7
r s 60 66 120 140 20
r w 68 84 104 114 14
r b 68 120 104 78 14
p N M68 132 Q94 116 120 130 Q148 142 172 124 L172 184 Q172 198 158 198 L82 198 Q68 198 68 184 Z
*6,16,0 e n 80 146 6 4
*5,16,0 e n 88 162 6 4
*6,16,0 e n 80 180 6 4
r a 64 58 112 10 3
r s 66 36 108 24 10
r q 66 36 108 24 10
s G 4 M62 84 Q46 72 60 52 L70 46 M180 84 Q196 72 178 50 L170 44
s G 4 M106 62 L106 88 L134 88 L134 62
r w 96 98 48 22 3
s k 2 M104 106 L136 106 M104 112 L126 112
s q 8 M76 92 L76 188
=caddy
e h 120 208 60 7
r b 62 72 116 134 8
p B M132 72 L170 72 Q178 72 178 80 L178 198 Q178 206 170 206 L132 206 Z
r L 58 50 124 28 7
r B 132 50 50 28 7
r a 58 72 124 6 0
e a 120 42 14 8
s a 4 M80 122 Q90 110 100 122 Q110 110 120 122
s a 4 M118 148 Q128 136 138 148 Q148 136 158 148
s a 4 M80 168 Q90 156 100 168 Q110 156 120 168
r a 62 190 116 5 0
r a 62 88 116 4 0
d a 2 M70 100 L170 100
d a 2 M70 184 L170 184
s q 6 M72 84 L72 196
=crock
e h 120 208 66 7
p b M56 84 L184 84 Q194 140 182 194 Q180 206 168 206 L72 206 Q60 206 58 194 Q46 140 56 84 Z
p B M148 84 L184 84 Q194 140 182 194 Q180 206 168 206 L136 206 Q158 150 148 84 Z
r n 50 62 140 22 8
r N 50 76 140 8 4
s N 2 M62 70 L120 70 M132 68 L176 70
e n 120 56 16 9
s L 3 M53 112 L187 112
s A 3 M52 122 L188 122
r w 92 140 56 30 5
s k 3 M102 150 L138 150 M102 160 L126 160
*6,22,0 e B 66 186 2 2
*5,22,0 e B 76 196 2 2
s q 7 M66 130 Q64 164 70 192
=spicejars
e h 120 206 96 7
*4,50,0 r s 24 108 42 94 8
r o 28 136 34 62 6
r N 78 128 34 70 6
r f 128 144 34 54 6
r y 178 132 34 66 6
*4,50,0 r b 22 90 46 20 5
*4,50,0 r B 50 90 18 20 5
*4,50,0 r a 28 150 34 20 3
*4,50,0 s w 2 M34 158 L54 158
*4,50,0 s q 4 M31 118 L31 192
r n 14 200 212 9 3
*4,50,0 s L 2 M26 96 L46 96
=throw
e h 120 202 92 7
r B 38 160 164 38 14
r b 38 156 164 36 14
r B 38 124 164 38 14
r b 38 120 164 36 14
r B 38 86 164 40 14
r b 38 82 164 38 14
p b M52 82 Q38 82 38 98 L38 176 Q60 184 92 178 L92 82 Z
p L M44 88 L92 82 L92 178 Q66 184 44 178 Z
a0 s a 6 M50 88 L50 178 M64 86 L64 180 M78 84 L78 179
a0 s a 5 M94 92 L198 92 M94 106 L200 106 M94 130 L200 130 M94 144 L200 144 M94 166 L200 166
a1 p a M44 140 L92 138 L92 156 L44 158 Z
a1 s a 10 M94 100 L200 100 M94 137 L200 137 M94 172 L200 172
a2 *4,0,22 p a M68 94 L78 104 L68 114 L58 104 Z
a2 *5,20,0 p A M112 94 L120 101 L112 108 L104 101 Z
*9,6,0 s a 3 M45 180 L43 196
=fleeceblanket
e h 120 204 88 7
r B 42 160 156 40 18
r b 42 156 156 40 18
r B 42 122 156 40 18
r b 42 118 156 40 18
r B 42 84 156 40 18
r b 42 80 156 40 18
p L M50 96 Q54 84 70 84 L170 84 Q184 84 188 96 Z
d L 2 M56 112 L186 112
d L 2 M56 150 L186 150
d L 2 M56 188 L186 188
r a 106 80 28 116 3
r A 124 80 10 116 2
p a M120 80 Q78 84 76 58 Q92 42 120 78 Z
p a M120 80 Q162 84 164 58 Q148 42 120 78 Z
p A M120 80 Q92 74 84 62 Q98 58 120 78 Z
p A M120 80 Q148 74 156 62 Q142 58 120 78 Z
e l 120 79 8 7
s q 5 M58 130 L98 130
s q 5 M58 168 L98 168
=picnic
e h 120 202 104 7
p A M56 104 L184 104 L224 194 L16 194 Z
p b M56 100 L184 100 L224 190 L16 190 Z
p a M82 100 L98 100 L88 190 L64 190 Z
p a M118 100 L134 100 L138 190 L112 190 Z
p a M154 100 L168 100 L190 190 L166 190 Z
p q M50 114 L190 114 L195 126 L45 126 Z
p q M40 140 L201 140 L207 154 L34 154 Z
p q M28 168 L214 168 L220 182 L20 182 Z
r N 84 72 62 46 6
*5,11,0 s n 3 M92 76 L92 114
s N 6 M88 74 Q92 38 115 38 Q138 38 142 74
e o 160 118 12 12
s f 3 M160 107 Q164 100 170 100
*12,18,0 s a 3 M20 193 L19 199
=quilted
e h 120 206 88 7
p B M36 74 Q120 54 204 74 L210 190 Q120 214 30 190 Z
p b M36 66 Q120 48 204 66 L208 184 Q120 206 32 184 Z
*5,28,0 s B 4 M64 62 Q62 130 60 190
*4,0,28 s B 4 M35 88 Q120 74 205 88
p a M36 66 Q120 48 204 66 L205 84 Q120 68 35 84 Z
p l M204 66 L208 184 Q190 190 172 193 Q196 140 204 66 Z
*4,28,0 e q 78 96 8 7
*4,28,0 e q 78 124 8 7
*4,28,0 e q 78 152 8 7
=babyblanket
e h 120 204 88 7
p b M44 56 L196 56 L196 190 Q182 200 168 190 Q152 200 136 190 Q120 200 104 190 Q88 200 72 190 Q58
  200 44 190 Z
p B M156 56 L196 56 L196 190 Q182 200 168 190 Q160 196 152 196 Z
r a 44 50 152 16 6
*3,46,0 p a M74 82 L78 92 L88 92 L80 99 L83 109 L74 103 L65 109 L68 99 L60 92 L70 92 Z
*2,46,0 p a M97 118 L101 128 L111 128 L103 135 L106 145 L97 139 L88 145 L91 135 L83 128 L93 128 Z
*3,46,0 p A M74 152 L78 162 L88 162 L80 169 L83 179 L74 173 L65 179 L68 169 L60 162 L70 162 Z
d A 2 M52 74 L188 74
=bed
e h 120 206 100 7
r n 28 40 184 112 12
r N 28 40 184 10 5
*6,28,0 s N 2 M50 54 L50 104
m r l 44 82 70 42 14
m r w 48 86 62 30 12
m s A 2 M52 118 Q78 124 106 118
p b M24 122 Q120 104 216 122 L222 184 Q120 202 18 184 Z
p B M150 112 Q190 114 216 122 L222 184 Q190 191 160 193 Q172 150 150 112 Z
p a M24 122 Q120 104 216 122 L217 142 Q120 126 23 142 Z
a0 *7,26,0 s a 3 M42 138 L38 184
a1 *6,32,0 e a 44 160 6 6
a1 *5,32,0 e L 60 174 4 4
a2 s a 4 M21 158 Q120 144 219 158 M20 172 Q120 160 221 172
a2 *5,40,0 s L 3 M40 138 L38 184
b1 d w 3 M24 148 Q120 132 217 148
m r N 26 184 14 22 4
=kidbed
e h 120 206 100 7
r n 28 46 184 106 20
p N M120 56 Q100 76 120 92 Q140 76 120 56 Z
m r l 70 84 100 40 16
r w 76 88 88 28 12
p b M24 122 Q120 104 216 122 L222 184 Q120 202 18 184 Z
p a M24 122 Q120 104 216 122 L217 138 Q120 122 23 138 Z
r e 112 150 14 40 3
e F 118 142 34 18
e f 108 138 18 12
m r a 44 152 24 22 3
m p A M40 154 L56 140 L72 154 Z
m r w 52 158 8 8 1
e y 190 150 8 8
*4,44,0 e L 50 182 4 3
p B M160 190 Q190 190 222 184 L220 170 Q190 178 166 178 Z
m r N 26 184 14 22 4
=pillow
e h 120 196 92 7
p b M34 84 Q40 68 58 76 Q120 62 182 76 Q200 68 206 84 Q196 130 208 176 Q202 194 184 186 Q120 198
  56 186 Q38 194 32 176 Q44 130 34 84 Z
p B M182 76 Q200 68 206 84 Q196 130 208 176 Q202 194 184 186 Q150 193 120 192 Q196 176 182 76 Z
s a 4 M44 86 Q120 70 196 86 Q188 130 198 176 Q120 190 42 176 Q52 130 44 86 Z
a0 s B 4 M60 108 Q90 118 108 104 M150 166 Q168 152 184 158
a1 *4,26,0 s a 3 M82 84 L82 180
a2 p L M70 100 Q120 88 150 98 Q110 112 66 130 Z
s A 3 M100 132 Q120 138 140 132 M72 96 Q66 100 64 108
m s B 3 M44 90 L62 104 M42 172 L60 160
r w 176 166 16 12 2
s q 8 M64 98 Q110 84 150 90
=contour
e h 120 192 96 7
p B M22 140 Q22 96 62 98 Q96 102 126 116 Q156 126 176 116 Q218 106 218 148 L218 176 Q218 188 204
  188 L36 188 Q22 188 22 176 Z
p b M22 128 Q22 84 62 86 Q96 90 126 104 Q156 114 176 104 Q218 94 218 136 L218 152 Q120 162 22 150
  Z
p L M32 120 Q34 94 62 94 Q90 98 118 112 Q80 106 32 120 Z
s a 5 M22 150 Q120 164 218 152
*10,18,0 e B 38 134 3 3
*9,18,0 e B 48 143 3 2
*10,18,0 s A 2 M36 164 L36 182
r w 176 166 26 14 3
s q 5 M150 112 Q170 116 190 108
=neckpillow
e h 120 196 88 7
p B M30 96 Q34 66 64 76 Q120 92 176 76 Q206 66 210 96 Q216 140 204 176 Q194 198 166 186 Q120 174
  74 186 Q46 198 36 176 Q24 140 30 96 Z
p b M30 90 Q34 60 64 70 Q120 86 176 70 Q206 60 210 90 Q216 134 204 168 Q194 190 166 178 Q120 166
  74 178 Q46 190 36 168 Q24 134 30 90 Z
*2,76,0 d B 2 M82 84 Q88 130 80 170
s B 3 M104 96 L112 108 M138 158 L130 148 M172 92 L164 104
m r a 26 116 16 28 6
a0 s a 5 M38 92 Q120 112 202 92
a1 *5,28,0 e a 62 124 5 5
p f M120 112 Q134 124 120 140 Q106 124 120 112 Z
s L 3 M120 116 L120 148
s q 7 M50 92 Q46 130 52 158
=cushion
e h 120 202 80 7
p A M48 54 Q120 66 192 54 Q204 58 200 70 Q190 128 204 192 Q198 204 186 200 Q120 190 54 200 Q40 202
  40 190 Q52 128 42 66 Q42 56 48 54 Z
p b M50 52 Q120 64 190 52 Q198 54 196 64 Q186 124 198 186 Q192 198 182 194 Q120 184 58 194 Q46 196
  46 184 Q56 124 46 62 Q46 52 50 52 Z
s a 9 M54 88 Q120 98 188 88 M54 158 Q120 150 190 158
s a 5 M54 104 Q120 112 187 104 M54 142 Q120 136 188 142
e A 120 123 6 5
s B 4 M70 70 Q76 80 74 84 M172 178 Q164 168 168 164 M104 116 L114 121 M136 116 L126 121
s q 7 M66 66 Q60 110 64 140
=bathtowel
e h 120 208 56 6
r N 24 40 192 9 4
m e N 28 44 9 9
r B 66 40 112 150 5
r b 60 36 112 166 6
p B M130 36 L166 36 Q172 36 172 42 L172 196 Q172 202 166 202 L130 202 Z
a0 *7,15,0 s B 2 M68 52 L68 172
a0 *7,0,17 s B 2 M62 58 L170 58
a1 r a 60 160 112 14 0
a1 r a 60 180 112 6 0
a2 *5,0,32 r a 60 46 112 14 0
*14,8,0 s a 3 M64 202 L64 210
s q 7 M74 48 L74 152
s L 4 M60 42 Q116 50 172 42
=towelstack
e h 120 206 88 7
r a 40 164 160 38 16
r A 140 164 60 38 16
r b 44 122 152 40 16
r B 140 122 56 40 16
r b 40 80 160 40 16
r B 140 80 60 40 16
p L M48 86 L128 86 L128 100 L44 100 Z
p h M44 118 L196 118 L196 124 L44 124 Z
p h M44 160 L196 160 L196 166 L44 166 Z
s a 5 M46 108 L196 108 M50 150 L190 150
s l 4 M46 190 L196 190
p w M96 80 Q78 62 96 46 Q112 58 110 80 Z
p f M110 80 Q112 54 136 46 Q142 68 122 80 Z
s F 2 M112 80 Q122 64 132 52
s q 5 M56 132 L120 132
=beachtowel
e h 120 202 98 7
p A M44 92 L196 92 L222 192 L18 192 Z
p b M44 86 L196 86 L222 186 L18 186 Z
p a M74 86 L96 86 L86 186 L56 186 Z
p a M116 86 L136 86 L140 186 L112 186 Z
p a M156 86 L176 86 L196 186 L168 186 Z
p B M18 186 L222 186 L222 193 L18 193 Z
*13,16,0 s l 2 M24 192 L23 200
e o 66 70 22 22
*1,0,0 p w M66 48 Q58 70 66 92 Q74 70 66 48 Z
e w 182 120 14 5
s o 4 M172 112 Q182 100 192 112
s q 5 M52 98 L34 176
=kitchentowels
e h 120 208 70 6
r N 30 40 180 8 4
r B 124 44 70 136 4
r l 128 44 62 132 4
s A 5 M128 150 L190 150 M128 160 L190 160
r b 52 40 84 160 4
p B M104 40 L132 40 Q136 40 136 44 L136 196 Q136 200 132 200 L104 200 Z
s a 6 M64 48 L64 198 M122 48 L122 198
s a 5 M54 176 L134 176 M54 186 L134 186
a0 *4,0,26 s L 2 M72 66 L116 66
a1 *4,0,26 e a 93 70 5 5
a2 d a 3 M78 60 L78 168
s G 4 M94 30 Q86 22 94 18 L94 44
s L 4 M52 46 Q94 54 136 46
=tasklamp
e h 96 208 70 6
p Y M140 104 L212 104 L236 196 L120 196 Z
e k 84 200 46 9
e b 84 196 46 9
e L 78 194 26 4
s b 8 M84 194 L52 118
s B 8 M52 118 L132 62
e a 52 118 9 9
e a 84 190 7 6
e a 132 62 8 8
s a 2 M60 116 L120 74
p b M124 62 L152 50 L206 92 L146 116 Z
p B M172 66 L206 92 L146 116 L152 100 Z
p a M146 116 L206 92 L211 98 L150 122 Z
a0 r a 108 194 12 4 2
a1 s L 3 M138 66 L152 98
a2 s a 5 M136 84 L166 60
=bankerlamp
e h 120 208 70 6
p Y M56 100 L184 100 L210 200 L30 200 Z
p a M84 206 Q86 192 112 190 L128 190 Q154 192 156 206 Z
r a 114 88 12 106 4
r A 120 88 6 106 3
e a 120 150 11 9
e A 120 108 9 7
p b M44 96 Q48 44 96 42 L144 42 Q192 44 196 96 Z
p B M140 42 L144 42 Q192 44 196 96 L152 96 Q164 66 140 42 Z
r a 40 94 160 8 4
r a 104 34 32 9 4
s q 8 M62 86 Q66 58 98 56
s a 2 M160 102 L160 136
e a 160 140 5 6
*5,0,7 e a 160 106 2 2
=cliplamp
e h 120 208 76 6
p Y M128 74 L176 62 L214 190 L96 196 Z
r N 20 186 200 20 4
r n 20 182 200 12 4
p b M48 158 L98 158 L98 172 L60 180 L48 172 Z
p B M48 188 L98 188 L98 202 L48 202 Z
r k 42 166 12 30 5
s B 8 M74 158 C60 110 72 56 116 50
s b 5 M74 158 C60 110 72 56 116 50
p b M106 40 L138 30 Q170 34 178 62 L128 78 Z
p a M128 78 L178 62 L181 70 L131 86 Z
p B M146 31 Q170 36 178 62 L156 69 Z
e a 84 165 4 4
r w 124 170 52 13 2
r o 130 160 44 11 2
s q 5 M118 46 L140 40
=foxlamp
e h 120 208 66 7
e Y 120 124 100 92
p B M168 178 Q214 180 206 128 Q186 138 176 156 Z
p a M206 128 Q212 150 204 162 Q194 152 192 140 Z
p b M66 132 Q66 88 120 86 Q174 88 174 132 L178 186 Q178 206 158 206 L82 206 Q62 206 62 186 Z
p B M144 92 Q174 98 174 132 L178 186 Q178 206 158 206 L140 206 Q158 150 144 92 Z
m p b M68 106 L62 46 L108 84 Z
m p k M70 84 L68 60 L86 76 Z
p a M64 124 Q96 118 120 154 Q144 118 176 124 Q168 164 120 168 Q72 164 64 124 Z
m s k 4 M84 130 Q92 138 100 130
e k 120 152 8 6
p a M96 206 Q98 178 120 178 Q142 178 144 206 Z
m s L 3 M76 176 L80 196
s q 6 M76 112 Q82 100 94 96
=clamplamp
e h 90 208 76 6
p Y M152 120 L222 106 L236 200 L124 200 Z
r n 16 176 120 14 4
r N 16 186 120 5 2
p b M40 152 L72 152 L72 200 L58 200 L58 164 L40 164 Z
s a 5 M65 204 L65 192
e k 65 206 10 4
s b 8 M58 154 L80 76
s b 8 M80 76 L168 66
s a 4 M66 150 L84 90 M92 80 L150 74
e a 80 76 10 10
e k 80 76 4 4
p b M152 56 L176 52 Q212 58 222 96 L152 112 Q146 84 152 56 Z
p B M190 60 Q214 66 222 96 L186 104 Z
p a M152 112 L222 96 L224 103 L154 119 Z
e k 162 50 7 6
s q 5 M162 66 L164 98
=tripodlamp
e h 120 210 62 6
p Y M76 112 L164 112 L196 208 L44 208 Z
s N 7 M120 112 L120 206
s b 8 M116 112 L78 208
s b 8 M124 112 L162 208
s B 3 M126 112 L165 208
r N 110 106 20 16 4
p a M84 36 L156 36 L176 110 L64 110 Z
p A M138 36 L156 36 L176 110 L146 110 Z
s l 4 M84 38 L156 38 M66 106 L174 106
s w 6 M94 48 L82 98
a0 *4,16,0 s A 2 M98 42 L90 104
a1 s A 4 M70 90 L170 90
a2 d A 3 M76 70 L164 70
r k 106 158 28 4 2
e k 120 160 6 6
=columnlamp
e h 120 208 40 6
r Y 20 18 200 186 20
r q 60 24 120 180 16
r l 92 26 56 176 12
r b 108 22 24 180 10
r B 122 22 10 180 5
r w 113 32 8 160 4
r y 113 32 8 54 4
r o 113 86 8 52 4
p b M86 206 Q88 196 120 196 Q152 196 154 206 Z
s B 3 M154 204 Q190 208 214 202
r k 172 120 18 38 5
*3,0,9 e w 181 130 3 3
e o 181 150 3 2
s h 2 M20 202 L220 202
=heronlamp
e h 84 208 50 6
p Y M132 88 L196 72 L222 206 L116 206 Z
e B 84 202 44 8
e a 84 197 44 8
e l 76 195 20 3
s b 6 M84 196 L84 92 C84 28 132 22 158 52
s B 2 M87 192 L87 92 C87 36 130 28 154 54
p b M138 64 L164 44 Q190 52 196 78 L138 94 Q132 78 138 64 Z
p B M172 48 Q190 54 196 78 L172 85 Z
p a M138 94 L196 78 L197 84 L140 100 Z
e a 84 130 7 7
e L 84 92 5 5
e a 154 52 6 6
a0 e b 84 172 7 4
s q 5 M146 70 L148 86
s B 3 M40 200 Q20 200 14 206
=paperlamp
e h 120 208 50 6
e Y 120 104 90 96
m s A 4 M98 186 L82 208
s A 4 M120 184 L120 208
p b M84 28 L156 28 Q176 64 164 108 Q176 150 154 188 L86 188 Q64 150 76 108 Q64 64 84 28 Z
p B M140 28 L156 28 Q176 64 164 108 Q176 150 154 188 L138 188 Q154 150 146 108 Q154 64 140 28 Z
p w M100 50 Q88 80 96 108 Q88 140 100 168 Q112 140 112 108 Q112 80 100 50 Z
*8,0,18 s A 2 M76 46 Q120 56 164 46
r A 84 24 72 7 3
r A 84 184 72 7 3
s a 3 M120 14 L120 26
=stormlantern
e h 120 208 60 7
s k 5 M66 96 Q60 14 120 14 Q180 14 174 96
m s B 8 M84 60 Q58 70 60 110 Q58 150 76 166
p b M92 62 Q94 40 120 38 Q146 40 148 62 Z
r a 102 28 36 12 4
r b 84 60 72 12 4
p s M90 72 L150 72 Q172 112 150 150 L90 150 Q68 112 90 72 Z
p o M120 82 Q142 112 132 134 Q120 144 108 134 Q98 114 120 82 Z
p y M120 104 Q132 120 126 134 Q120 138 114 134 Q108 120 120 104 Z
r a 84 148 72 10 3
p b M76 158 L164 158 Q180 176 176 206 L64 206 Q60 176 76 158 Z
p B M140 158 L164 158 Q180 176 176 206 L140 206 Z
e k 160 176 8 8
s a 4 M66 188 L175 188
s q 5 M96 82 Q84 112 96 140
s G 2 M74 100 L166 100 M72 124 L168 124
=domelantern
e h 120 206 62 7
e Y 120 112 96 90
s k 5 M92 58 Q92 22 120 22 Q148 22 148 58
p a M58 128 Q58 52 120 50 Q182 52 182 128 Z
p w M70 126 Q72 64 116 62 Q94 80 94 126 Z
*4,0,18 s l 3 M66 72 Q120 82 174 72
r b 52 126 136 20 8
p b M60 146 L180 146 L172 198 Q170 206 160 206 L80 206 Q70 206 68 198 Z
p B M140 146 L180 146 L172 198 Q170 206 160 206 L136 206 Z
e k 120 172 13 12
e y 120 172 6 6
*3,12,0 r l 76 186 6 6 2
r k 150 180 14 8 3
s q 5 M74 154 L80 186
=boxlantern
e h 120 208 64 7
s a 5 M92 52 Q92 14 120 14 Q148 14 148 52
p b M62 74 L96 46 L144 46 L178 74 Z
p B M134 46 L144 46 L178 74 L144 74 Z
r B 62 74 116 124 6
r y 72 82 96 108 4
e o 120 132 30 34
r w 102 140 36 50 4
p o M120 104 Q132 122 126 134 Q120 140 114 134 Q108 122 120 104 Z
p y M120 116 Q126 126 123 134 Q120 137 117 134 Q114 126 120 116 Z
s k 2 M120 140 L120 134
*4,29,0 s b 7 M76 76 L76 198
s b 6 M64 100 L176 100 M64 168 L176 168
r b 54 192 132 14 5
r a 54 198 132 8 4
s q 5 M82 106 L82 160
=pathlantern
e h 120 208 70 6
*2,74,0 e Y 83 104 50 60
*2,74,0 p b M52 78 L66 56 L100 56 L114 78 Z
*2,74,0 r k 68 50 30 7 2
*2,74,0 r B 58 78 50 60 4
*2,74,0 r y 64 82 38 52 3
*2,74,0 p a M83 90 Q98 110 92 128 L74 128 Q68 110 83 90 Z
*2,74,0 p y M83 108 Q90 118 87 128 L79 128 Q76 118 83 108 Z
*2,74,0 r b 54 136 58 8 3
*2,74,0 p b M78 144 L88 144 L84 206 L82 206 Z
p F M26 206 Q30 186 36 206 Q42 180 48 206 Q54 188 58 206 Z
p f M182 206 Q186 184 192 206 Q198 180 204 206 Q210 190 214 206 Z
=rug
e h 120 196 108 6
p B M56 82 L184 82 L228 184 L228 190 L12 190 L12 184 Z
p b M56 78 L184 78 L228 184 L12 184 Z
p a M60 86 L180 86 L184 96 L56 96 Z
p a M26 164 L214 164 L219 176 L21 176 Z
p L M72 104 L168 104 L184 154 L56 154 Z
a0 *5,24,0 p a M72 112 L84 128 L72 146 L60 128 Z
a1 p A M46 118 L194 118 L199 130 L41 130 Z
a1 p l M38 138 L202 138 L208 152 L32 152 Z
a2 s a 5 M52 112 L72 128 L92 112 L112 128 L132 112 L152 128 L172 112 L190 126
a2 s a 6 M40 138 L64 154 L90 138 L116 154 L142 138 L168 154 L200 138
*19,12,0 s a 3 M13 186 L11 198
*15,9,0 s a 2 M57 78 L58 70
b1 s L 3 M50 106 L190 106
=braidrug
e h 120 190 106 6
e A 120 144 106 44
e b 120 138 106 44
d A 4 M120 100 A94 38 0 1 1 119 100
e B 120 138 84 33
e b 120 138 81 31
d A 4 M120 113 A68 25 0 1 1 119 113
e B 120 138 56 20
e b 120 138 53 18
d A 4 M120 126 A40 12 0 1 1 119 126
e B 120 138 28 8
e b 120 138 25 6
s l 3 M40 122 Q70 102 110 99
s L 3 M60 152 Q90 166 130 166
=playrug
e h 120 196 106 6
p B M56 84 L184 84 L226 184 L226 192 L14 192 L14 184 Z
p b M56 80 L184 80 L226 184 L14 184 Z
s a 16 M80 82 Q120 106 96 130 Q70 154 116 184
s l 3 M80 82 Q120 106 96 130 Q70 154 116 184
s y 9 M30 150 Q70 132 150 140 Q190 146 216 160
d e 2 M30 150 Q70 132 150 140 Q190 146 216 160
*3,22,0 p F M144 128 L154 98 L164 128 Z
*2,24,0 p F M40 138 L50 112 L60 138 Z
*2,34,4 e e 152 164 12 6
r o 70 108 18 14 2
p A M67 109 L79 98 L91 109 Z
e o 176 152 7 5
e w 58 166 8 5
=diningchair
e h 120 208 60 6
p B M90 150 L78 208 L70 208 L82 150 Z
p B M150 150 L162 208 L170 208 L158 150 Z
p b M100 150 L98 196 L92 196 L92 150 Z
p b M140 150 L142 196 L148 196 L148 150 Z
s b 9 M74 140 Q60 40 120 36 Q180 40 166 140
*6,15,0 s b 5 M83 62 L84 140
s B 8 M72 98 Q120 86 168 98
p b M60 136 Q120 124 180 136 L184 150 Q120 162 56 150 Z
p B M56 148 Q120 160 184 148 L184 152 Q120 164 56 152 Z
p L M74 138 Q120 130 166 138 Q120 146 74 138 Z
s B 5 M84 180 L156 180
a0 s a 4 M68 60 Q90 38 120 38
s q 4 M72 130 Q62 56 110 44
=officechair
e h 120 210 66 6
r b 82 26 76 96 20
r a 90 34 60 78 14
*7,0,11 s A 2 M92 44 L148 44
s A 6 M92 88 Q120 98 148 88
r B 112 120 16 22 4
m s B 8 M66 136 L52 134 L52 104
m r k 40 96 30 9 4
p b M60 136 Q120 124 180 136 Q190 152 172 158 L68 158 Q50 152 60 136 Z
p a M66 136 Q120 126 174 136 Q178 144 168 146 L72 146 Q62 144 66 136 Z
r G 114 156 12 28 3
m s b 8 M120 182 L64 198
s b 8 M120 182 L120 200
m e k 64 202 8 7
e k 120 204 8 6
m s b 6 M120 184 L92 202
m e k 92 205 6 5
=foldchair
e h 120 208 64 6
s B 6 M152 130 L78 206 M164 132 L96 204
s b 7 M72 36 L152 206 M158 36 L166 206
s b 7 M72 36 L158 36
p a M76 46 L158 46 L159 60 L82 60 Z
p a M86 70 L160 70 L161 84 L92 84 Z
p a M62 126 L168 122 L176 134 L58 138 Z
p n M62 126 L168 122 L170 128 L60 132 Z
p N M58 138 L176 134 L176 142 L58 146 Z
s b 6 M82 128 L72 206
s b 5 M100 176 L158 172
e k 118 148 4 4
b1 s L 3 M74 40 L154 40
d L 2 M82 53 L156 53
d L 2 M90 77 L158 77
=rockingchair
e h 120 210 84 6
s B 8 M34 186 Q120 226 210 180
s b 7 M72 150 L66 198 M168 148 L176 196
p b M66 132 Q40 40 76 28 Q118 20 134 40 Q148 70 146 140 Z
*5,14,4 s B 3 M68 40 Q66 90 82 136
*4,0,20 s B 3 M58 56 Q96 48 142 56
p a M74 104 Q100 96 140 106 L148 142 L80 144 Z
p b M62 140 Q120 128 186 138 L188 154 Q120 166 64 156 Z
p a M66 130 Q120 118 184 130 Q190 144 180 144 Q120 152 72 144 Q62 138 66 130 Z
p A M70 142 Q120 152 184 142 Q182 146 178 146 Q120 154 74 146 Z
s b 8 M74 108 Q150 88 190 106 L186 138
s L 3 M52 66 Q56 34 84 32
=kidchair
e h 120 206 58 6
p n M84 140 L66 206 L80 206 L98 144 Z
p n M156 140 L174 206 L160 206 L142 144 Z
r N 102 150 10 46 3
r N 128 150 10 46 3
p n M70 124 L64 58 Q66 46 78 46 L84 124 Z
p n M170 124 L176 58 Q174 46 162 46 L156 124 Z
p b M62 52 Q120 8 178 52 Q186 84 174 90 L66 90 Q54 84 62 52 Z
p B M140 28 Q166 36 178 52 Q186 84 174 90 L146 90 Q160 60 140 28 Z
e a 92 50 9 8
e a 126 40 10 8
e a 154 62 9 8
e a 112 72 8 7
p b M54 122 Q120 102 186 122 Q192 146 174 148 L66 148 Q48 146 54 122 Z
p B M50 138 Q120 152 190 138 Q188 148 174 148 L66 148 Q52 148 50 138 Z
e a 90 126 10 5
e a 130 120 10 5
e a 158 132 9 5
=laddershelf
e h 120 208 70 6
s A 6 M84 22 L60 208 M156 22 L180 208
r b 80 42 80 8 2
r b 76 78 88 8 2
r b 71 116 98 8 2
r b 66 156 108 8 2
r b 60 194 120 9 2
*5,0,0 r B 80 48 80 2 1
r o 90 54 9 24 1
r F 100 58 8 20 1
r w 109 52 10 26 1
p f M134 24 Q122 8 118 26 Q130 30 134 42 Q140 24 154 22 Q146 8 134 24 Z
r N 126 32 18 10 2
r e 84 98 34 7 1
r y 86 91 30 7 1
e g 146 106 11 10
r l 84 132 24 24 3
r g 116 128 9 28 1
r o 126 132 10 24 1
r N 140 130 8 26 1
r n 76 172 44 22 4
s N 2 M78 180 L118 180
p a M136 194 L140 172 L162 172 L166 194 Z
=cubeshelf
e h 120 206 90 6
r b 40 42 160 162 6
r B 48 50 70 70 2
r B 122 50 70 70 2
r B 48 126 70 70 2
r B 122 126 70 70 2
r o 54 76 12 44 1
r y 67 70 11 50 1
r F 79 80 12 40 1
r N 92 72 10 48 1
e o 156 98 22 22
s w 4 M136 92 Q156 84 176 94
e w 156 98 5 5
r n 54 150 58 46 6
*3,0,12 s N 3 M56 162 L110 162
r N 72 154 22 6 3
p f M156 156 Q132 134 134 164 Q150 162 156 180 Q162 160 180 162 Q178 134 156 156 Z
p o M142 178 L172 178 L168 196 L146 196 Z
m e G 44 46 3 3
m e G 44 200 3 3
s a 3 M40 123 L200 123 M120 44 L120 202
=ledge
e h 120 176 88 5
r k 62 52 60 82 2
r w 67 57 50 72 1
p f M72 124 Q80 84 94 96 Q104 82 112 124 Z
e y 102 72 8 8
r l 132 86 34 48 2
r A 138 92 22 36 1
p a M176 134 L180 104 L200 104 L204 134 Z
p f M190 104 Q172 76 174 102 Z
p F M190 104 Q188 70 198 72 Q204 88 190 104 Z
p f M190 104 Q208 76 208 96 Z
e n 46 122 12 12
r b 24 134 192 26 4
r B 24 150 192 10 3
r L 24 134 192 5 2
s B 2 M36 144 Q80 140 120 145 Q160 149 206 143
s A 2 M40 155 L110 155 M130 156 L196 155
e B 160 146 6 2
=rack
e h 120 208 82 6
m r b 40 30 9 178 2
r b 40 58 160 9 2
r b 40 104 160 9 2
r b 40 150 160 9 2
r b 40 194 160 9 2
m s B 3 M44 44 L44 198
*3,30,0 r s 56 30 22 28 4
*3,30,0 r o 58 40 18 17 3
*3,30,0 r a 56 27 22 6 2
r n 56 78 54 26 3
s N 3 M58 91 L108 91
e F 136 92 12 12
e F 156 93 11 11
r w 58 124 28 26 3
r N 92 118 20 32 3
p y M122 150 L126 122 L154 122 L158 150 Z
r e 60 166 60 28 3
*3,20,0 e o 70 170 9 9
m p k M132 194 L136 170 L150 170 L150 184 L176 186 L178 194 Z
=laundry
e h 120 208 62 6
p b M60 82 L180 82 L170 198 Q169 206 160 206 L80 206 Q71 206 70 198 Z
p B M142 82 L180 82 L170 198 Q169 206 160 206 L136 206 Z
*7,0,17 s B 3 M64 98 L176 98
*6,19,0 s A 3 M74 92 L79 202
a0 *6,19,0 s L 3 M82 92 L86 202
a1 *5,20,0 r L 76 116 8 8 1
a1 *5,20,0 r L 80 150 8 8 1
p a M54 74 L186 74 L184 98 Q120 108 56 98 Z
p b M52 76 Q56 46 120 44 Q184 46 188 76 Z
p B M140 46 Q184 50 188 76 L152 76 Z
s B 3 M60 66 Q120 52 180 66
s A 5 M108 46 Q120 30 132 46
m s N 6 M62 116 Q46 118 48 136 Q52 146 66 144
=market
e h 120 208 74 6
s B 11 M52 116 Q58 22 120 20 Q182 22 188 116
s b 6 M52 116 Q58 22 120 20 Q182 22 188 116
p f M80 112 Q58 62 74 54 Q86 70 92 112 Z
p F M92 112 Q84 50 100 44 Q108 70 106 112 Z
e o 132 104 16 16
e y 158 106 14 14
r w 108 70 11 46 4
p b M36 112 L204 112 Q204 194 160 204 L80 204 Q36 194 36 112 Z
p B M154 112 L204 112 Q204 194 160 204 L140 204 Q166 170 154 112 Z
*4,0,21 s B 4 M40 132 Q120 146 200 132
*7,22,0 s A 3 M54 122 Q58 170 68 196
*6,22,0 s L 3 M66 122 Q70 170 78 198
r a 30 106 180 14 7
d A 4 M36 113 L204 113
=hamper
e h 120 206 88 6
p a M40 104 L200 104 L200 118 L40 118 Z
p b M34 42 L206 42 L200 106 L40 106 Z
p l M46 52 L194 52 L190 104 L50 104 Z
*5,30,0 p a M52 52 L66 52 L66 104 L54 104 Z
e w 94 78 20 20
e g 94 78 12 12
s G 4 M132 60 L132 98 M144 60 L144 98 M156 60 L156 98
r b 32 114 176 90 8
r B 148 114 60 90 8
*4,0,20 s B 3 M36 134 L204 134
*9,18,0 s A 3 M48 120 L48 200
*8,18,0 s L 3 M57 120 L57 200
m r N 66 106 14 44 3
m r y 68 132 10 8 2
s N 8 M96 160 Q120 184 144 160
=ropebasket
e h 120 208 72 6
s a 9 M66 84 Q66 58 88 66 M174 84 Q174 58 152 66
e o 98 84 18 18
r y 118 58 30 34 4
r F 144 70 24 26 4
e w 92 80 4 4
p b M52 90 L188 90 Q202 150 184 196 Q180 206 168 206 L72 206 Q60 206 56 196 Q38 150 52 90 Z
p B M150 90 L188 90 Q202 150 184 196 Q180 206 168 206 L138 206 Q164 150 150 90 Z
p a M46 164 L194 164 Q192 182 184 196 Q180 206 168 206 L72 206 Q60 206 56 196 Q48 182 46 164 Z
*8,0,13 s B 3 M50 104 Q120 112 190 104
d L 2 M52 110 Q120 118 188 110
d L 2 M48 149 Q120 157 192 149
m s A 8 M62 92 Q58 112 78 112 Q90 110 88 92
=pillars
e h 120 206 80 6
e Y 84 76 40 40
e Y 154 104 34 36
r b 52 100 64 104 7
r B 92 100 24 104 7
r L 120 126 68 78 7
r b 120 126 68 78 7
r B 162 126 26 78 7
e L 84 101 32 8
e L 154 127 34 8
p L M60 102 Q60 140 66 140 Q72 140 70 104 Z
p L M134 128 Q134 152 140 152 Q146 152 144 130 Z
s k 3 M84 101 L84 90 M154 127 L154 116
p o M84 52 Q100 76 92 90 Q84 98 76 90 Q68 76 84 52 Z
p y M84 68 Q92 82 88 90 Q84 93 80 90 Q76 82 84 68 Z
p o M154 80 Q168 102 162 116 Q154 122 146 116 Q140 102 154 80 Z
p y M154 96 Q160 108 157 116 Q154 118 151 116 Q148 108 154 96 Z
a0 s A 3 M54 172 L114 172 M122 180 L186 180
a1 *4,0,18 s B 2 M56 122 L112 122
r N 40 200 160 8 4
=jarcandle
e h 120 208 62 6
e Y 120 78 60 54
r b 62 88 116 118 12
p B M136 88 L166 88 Q178 88 178 100 L178 194 Q178 206 166 206 L136 206 Z
e a 120 90 58 12
e k 120 91 53 9
e w 120 93 48 7
s k 3 M120 92 L120 78
p o M120 36 Q138 62 130 78 Q120 86 110 78 Q102 62 120 36 Z
p y M120 54 Q128 68 124 78 Q120 82 116 78 Q112 68 120 54 Z
r w 84 122 72 56 4
s a 3 M88 126 L152 126 L152 174 L88 174 Z
s k 3 M100 142 L140 142 M106 152 L134 152
p a M120 158 L126 165 L120 172 L114 165 Z
s q 6 M72 106 L72 192
r a 62 196 116 6 3
=triocandles
e h 120 208 84 6
e Y 62 82 34 34
e Y 122 54 36 36
e Y 182 102 32 32
r b 34 104 56 102 6
r B 70 104 20 102 6
r b 92 78 60 128 6
r B 130 78 22 128 6
r b 154 126 56 80 6
r B 190 126 20 80 6
e L 62 104 28 7
e L 122 78 30 7
e L 182 126 28 7
p o M62 64 Q76 84 69 98 Q62 104 55 98 Q48 84 62 64 Z
p o M122 36 Q136 56 129 71 Q122 77 115 71 Q108 56 122 36 Z
p o M182 86 Q196 106 189 120 Q182 126 175 120 Q168 106 182 86 Z
e y 62 92 4 7
e y 122 65 4 7
e y 182 114 4 7
*3,60,0 r a 34 192 54 5 1
*3,60,0 e A 62 182 3 3
=tapers
e h 120 208 74 6
*3,50,0 e Y 70 38 24 26
r b 62 58 16 126 4
r a 112 58 16 126 4
r L 162 58 16 126 4
*3,50,0 r h 71 58 7 126 3
*3,50,0 s k 2 M70 58 L70 50
*3,50,0 p o M70 22 Q80 38 75 48 Q70 53 65 48 Q60 38 70 22 Z
*3,50,0 p y M70 34 Q75 42 72 48 Q70 50 68 48 Q65 42 70 34 Z
*3,50,0 p y M54 168 L86 168 L82 180 L58 180 Z
*3,50,0 r N 64 178 12 18 2
r N 46 192 148 14 6
r n 46 190 148 8 4
*3,50,0 s q 3 M66 66 L66 160
=pot3
e h 120 206 96 6
p f M52 130 Q20 96 34 84 Q52 92 54 118 Q56 76 72 74 Q78 98 58 130 Z
*5,7,-4 s F 5 M108 130 Q100 104 104 78
p f M188 128 Q156 120 160 96 Q176 94 186 112 Q180 78 196 74 Q206 90 194 114 Q212 96 222 108 Q216
  126 192 130 Z
p F M186 112 Q180 78 196 74 Q192 96 190 128 Z
*3,68,0 p b M28 140 L76 140 L70 192 Q69 198 64 198 L40 198 Q35 198 34 192 Z
*3,68,0 p B M58 140 L76 140 L70 192 Q69 198 64 198 L56 198 Z
*3,68,0 r L 24 126 56 16 4
*3,68,0 r B 60 126 20 16 4
*3,68,0 s a 3 M36 162 L70 162
r n 10 196 220 10 4
r N 10 202 220 4 2
=balconybox
e h 120 206 100 6
*5,38,0 p f M36 136 Q14 110 26 98 Q40 106 40 126 Q44 100 58 102 Q60 120 46 136 Z
*5,38,0 s F 3 M42 136 L42 92
*5,38,0 e o 42 84 12 11
*4,38,0 e y 62 104 10 9
*5,38,0 e w 42 84 4 4
p b M20 140 L220 140 L210 192 Q208 200 200 200 L40 200 Q32 200 30 192 Z
p B M22 152 L218 152 L216 160 L24 160 Z
r L 14 130 212 16 6
r a 96 168 48 16 6
s l 3 M104 176 L136 176
a0 *8,24,0 s B 2 M36 164 L40 196
m r k 44 196 26 10 3
=bigpot
e h 120 208 66 6
r e 116 66 9 54 3
p f M120 76 Q80 82 68 58 Q98 48 120 76 Z
p F M120 62 Q112 26 138 16 Q148 44 120 62 Z
p f M120 80 Q158 82 172 56 Q142 46 120 80 Z
p F M120 96 Q86 110 70 92 Q96 78 120 96 Z
p F M122 100 Q156 112 174 90 Q146 78 122 100 Z
p f M116 60 Q84 46 88 24 Q112 30 116 60 Z
p b M58 122 L182 122 L168 194 Q166 206 152 206 L88 206 Q74 206 72 194 Z
p B M142 122 L182 122 L168 194 Q166 206 152 206 L132 206 Z
r L 50 108 140 18 7
r B 142 108 48 18 7
e e 120 109 56 5
a0 s a 5 M64 144 L176 144
a1 *5,22,0 e a 76 156 6 6
a2 p a M64 152 Q84 164 98 152 Q120 166 140 152 Q158 164 174 152 L172 166 L68 166 Z
s q 7 M74 134 L84 194
=growbag
e h 120 208 66 6
p F M120 106 Q82 84 90 56 Q118 66 120 96 Z
p f M120 110 Q76 112 60 86 Q94 72 120 110 Z
p f M122 108 Q164 112 180 84 Q146 72 122 108 Z
p F M120 100 Q122 60 150 54 Q154 84 120 108 Z
p f M118 96 Q104 56 122 34 Q138 58 122 96 Z
*3,22,0 e w 98 64 5 5
*3,22,0 e y 98 64 2 2
m s A 9 M64 138 Q38 136 42 162 Q46 176 66 172
p b M60 112 L180 112 L174 196 Q172 206 162 206 L78 206 Q68 206 66 196 Z
p B M142 112 L180 112 L174 196 Q172 206 162 206 L136 206 Z
e e 120 113 60 9
p L M58 108 Q120 126 182 108 L181 120 Q120 138 59 120 Z
d a 3 M62 132 Q120 148 178 132
d a 3 M68 192 L172 192
r l 108 154 28 16 3
*5,18,0 e L 82 180 2 2
s L 2 M80 136 L84 188
=trowel
e h 120 206 78 5
@38,120,120 p b M94 40 Q120 4 146 40 L150 96 Q140 116 120 118 Q100 116 90 96 Z
@38,120,120 p B M120 14 Q134 18 146 40 L150 96 Q140 116 120 118 Z
@38,120,120 s L 3 M108 36 L106 92
@38,120,120 *4,0,14 s A 2 M112 46 L120 46
@38,120,120 s G 9 M120 112 L120 146
@38,120,120 r g 110 138 20 14 3
@38,120,120 r a 107 150 26 74 12
@38,120,120 r A 120 150 13 74 6
@38,120,120 s l 2 M112 164 L112 206
@38,120,120 e k 120 214 3 3
@38,120,120 s e 3 M120 216 Q112 236 124 238 Q132 234 120 216
p f M186 206 Q176 182 188 170 Q202 184 192 206 Z
p F M196 206 Q198 184 214 180 Q216 198 200 206 Z
=secateurs
e h 120 206 70 5
@20,120,110 p G M112 104 Q84 60 112 18 Q126 56 126 100 Z
@20,120,110 p g M114 100 Q96 62 113 26 Q118 58 120 98 Z
@20,120,110 p k M122 104 Q152 84 152 46 Q140 42 136 56 Q132 84 114 98 Z
@20,120,110 p B M112 110 Q96 140 96 204 Q98 212 106 210 Q114 170 126 116 Z
@20,120,110 p b M106 112 Q86 144 82 200 Q86 212 96 208 Q104 166 124 118 Z
@20,120,110 p a M116 116 Q142 150 144 198 Q154 212 162 200 Q164 150 132 108 Z
@20,120,110 p A M126 112 Q154 150 156 206 Q162 206 162 200 Q164 150 132 108 Z
@20,120,110 s l 4 M98 132 Q90 166 90 196 M136 126 Q150 158 152 192
@20,120,110 e g 120 106 13 13
@20,120,110 e G 120 106 6 6
@20,120,110 s k 2 M116 106 L124 106
@20,120,110 *3,0,6 s G 3 M108 146 L136 148
p f M62 62 Q34 60 30 38 Q58 34 62 62 Z
s F 4 M24 26 Q56 50 88 76
=weeder
e h 120 208 68 5
p f M40 204 Q46 180 52 204 Q58 174 64 204 Q70 184 76 204 Z
p f M152 204 Q160 176 166 204 Q172 172 178 204 Q186 184 192 204 Z
r b 115 42 10 130 4
r B 120 42 5 130 2
r k 94 24 52 16 8
r a 100 28 40 8 4
r a 106 66 28 14 5
p A M112 150 L128 150 L132 176 L108 176 Z
r a 84 170 58 9 4
*4,9,0 p G M102 178 L109 178 L107 206 Z
s G 3 M124 152 Q146 156 140 172
e y 58 168 12 11
e o 58 168 5 5
s F 3 M58 178 L56 204
d l 2 M120 90 L120 144
=toolset
e h 120 208 84 5
@-14,70,120 r b 65 52 10 104 4
@-14,70,120 e L 70 50 9 9
@-14,70,120 p G M46 154 L94 154 L96 164 L44 164 Z
@-14,70,120 *5,11,0 s G 5 M48 160 L48 184
r a 115 34 10 110 4
e l 120 32 9 9
p g M96 140 L144 140 L142 184 Q120 212 98 184 Z
p G M120 140 L144 140 L142 184 Q132 198 120 201 Z
s w 3 M108 150 L108 182
@14,170,120 r b 165 52 10 104 4
@14,170,120 r B 170 52 5 104 2
@14,170,120 e L 170 50 9 9
@14,170,120 p G M150 152 L196 152 L192 186 L154 186 Z
@14,170,120 p g M150 152 L172 152 L172 186 L154 186 Z
s a 4 M60 100 L70 98 M118 90 L122 90
*3,50,0 e y 70 130 3 3
=wateringcan
e h 118 206 78 6
s b 10 M84 172 Q56 164 44 116 Q38 92 20 78
@-40,20,78 r A 4 68 30 12 4
s B 9 M118 108 Q128 52 180 74 Q222 100 178 166
p b M84 104 L176 104 L184 198 Q184 206 174 206 L84 206 Q76 206 76 198 Z
p B M148 104 L176 104 L184 198 Q184 206 174 206 L148 206 Z
e L 130 104 46 10
e k 130 105 38 7
s a 4 M80 132 L178 132
s a 4 M78 188 L184 188
a0 e l 118 160 14 14
a1 d L 3 M82 146 L180 146
*3,-6,9 s t 4 M12 76 L8 86
s q 7 M92 118 L88 184
p f M206 206 Q196 180 210 166 Q222 184 212 206 Z
=apron
e h 120 212 58 5
s A 7 M92 66 Q88 20 120 18 Q152 20 148 66
m s A 6 M62 122 Q40 128 34 152
p b M90 58 L150 58 Q152 100 182 116 L188 200 Q120 214 52 200 L58 116 Q88 100 90 58 Z
p B M132 58 L150 58 Q152 100 182 116 L188 200 Q162 206 132 208 Z
r a 98 80 44 30 5
s A 3 M112 80 L112 110
r L 72 138 96 48 6
s B 3 M120 138 L120 186
d A 2 M76 144 L164 144
a0 s a 5 M56 190 Q120 204 184 190
a1 r N 132 126 8 34 3
a1 r g 148 122 5 40 2
m e a 94 64 4 4
m e a 64 122 4 4
s k 3 M104 90 L104 76
=wallclock
e h 120 212 60 5
e A 124 124 88 88
e b 120 118 88 88
e L 120 118 78 78
e l 120 118 72 72
t a 120 118 66
e b 120 118 60 60
e L 118 116 57 57
s k 6 M120 118 L94 84
s k 5 M120 118 L164 92
s o 2 M120 118 L126 168
e k 120 118 7 7
e o 120 118 3 3
s q 6 M50 92 Q66 52 104 42
=bathclock
e h 120 212 60 5
e B 124 122 90 90
e b 120 118 90 90
e a 120 118 76 76
e w 120 118 70 70
t k 120 118 62
r A 94 146 52 18 6
r w 98 150 44 10 4
r o 98 150 26 10 4
s k 6 M120 118 L94 92
s k 5 M120 118 L156 84
s a 2 M120 118 L86 142
e k 120 118 6 6
p t M40 200 Q50 216 40 222 Q30 216 40 200 Z
p t M206 36 Q214 48 206 54 Q198 48 206 36 Z
s q 6 M46 92 Q62 52 102 40
=sunrise
e h 120 208 82 6
e Y 120 112 102 96
e b 120 118 84 84
p B M140 36 A84 84 0 0 1 140 200 Q176 118 140 36 Z
e w 120 114 68 68
p y M52 118 A68 68 0 0 1 188 118 Z
p a M84 118 A36 36 0 0 1 156 118 Z
p l M52 118 L188 118 A68 68 0 0 1 52 118 Z
s w 3 M62 128 Q90 122 120 128 Q150 134 178 128
r k 84 136 72 32 6
*4,14,0 e o 99 152 4 4
s G 2 M92 162 L148 162
p B M70 192 L170 192 Q178 206 166 208 L74 208 Q62 206 70 192 Z
*4,16,0 e B 96 38 4 3
s q 6 M50 92 Q64 52 100 42
=blocks
e h 120 206 92 6
r b 36 142 62 62 5
r B 82 142 16 62 5
r a 104 142 62 62 5
r A 150 142 16 62 5
p n M172 204 L172 174 Q194 140 216 174 L216 204 L204 204 Q194 176 184 204 Z
r n 66 78 62 62 5
r N 112 78 16 62 5
p b M132 140 L162 90 L192 140 Z
p B M162 90 L192 140 L166 140 Z
r a 84 42 30 34 4
r A 106 42 8 34 3
p L M99 14 L120 42 L78 42 Z
e l 66 172 16 16
p l M135 156 L150 186 L120 186 Z
p b M90 88 L97 102 L111 104 L101 114 L103 128 L90 121 L77 128 L79 114 L69 104 L83 102 Z
s q 4 M44 150 L44 194
s q 4 M112 150 L112 194
=kite
@24,120,96 p b M120 14 L186 84 L120 186 L54 84 Z
@24,120,96 p B M120 14 L186 84 L120 84 Z
@24,120,96 p a M120 84 L186 84 L120 186 Z
@24,120,96 p L M120 14 L54 84 L120 84 Z
@24,120,96 s k 3 M120 14 L120 186 M54 84 L186 84
@24,120,96 e l 120 84 12 12
@24,120,96 d l 3 M120 26 L174 84 L120 172 L66 84 Z
s A 3 M78 176 Q52 182 60 200 Q70 220 104 208 Q136 198 150 218
p a M56 184 L40 178 L42 196 Z
p b M56 184 L70 176 L72 194 Z
p a M82 212 L72 226 L92 226 Z
p b M82 212 L80 196 L96 202 Z
p a M124 204 L112 192 L130 190 Z
p b M124 204 L136 216 L120 220 Z
m e w 44 46 20 9
e w 58 40 14 9
=moose
e h 120 208 60 6
m p a M92 62 Q60 66 50 34 Q62 40 66 30 Q74 42 80 26 Q86 44 104 50 Z
p B M98 166 L92 206 L112 206 L114 166 Z
p B M126 166 L128 206 L148 206 L142 166 Z
p b M78 126 Q80 106 120 104 Q160 106 162 126 L168 172 Q160 190 120 190 Q80 190 72 172 Z
p B M142 108 Q160 112 162 126 L168 172 Q162 186 134 189 Q154 150 142 108 Z
m p b M80 122 Q54 138 56 172 Q66 182 76 172 L86 138 Z
m e A 66 174 11 10
p b M84 62 Q86 44 120 44 Q154 44 156 62 L152 108 Q120 122 88 108 Z
p a M86 92 Q90 78 120 78 Q150 78 154 92 Q160 124 120 126 Q80 124 86 92 Z
m e k 106 64 5 6
m e w 105 62 2 2
m e A 106 98 5 4
s A 3 M110 112 Q120 118 130 112
m p b M88 56 Q66 52 64 66 Q72 76 88 68 Z
m r A 92 198 22 11 5
p a M92 128 L148 128 L150 140 L90 140 Z
r a 136 136 16 32 3
*3,0,8 s A 2 M84 152 L156 152
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
