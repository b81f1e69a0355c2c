"""Draw one small SVG picture for every product of the demo shop.

In: an output folder and one or more catalogues (JSON Lines, one product a line, with at least
`id`, `title`, `category` and `colour`). Out: `<id>.svg` in that folder for each product, a flat
illustration of its category in its own colours; the same input gives the same bytes.
It touches nothing but those files: no clock, no network, no random source, no other package.

    python3 draw_pictures.py OUT_FOLDER CATALOGUE.jsonl [CATALOGUE.jsonl ...]

The drawings are data: `KINDS` names the drawing for a category (and for words of a title), and
`drawings.txt` beside this file holds them in a little language: `=name` begins a drawing, then
one shape a line:

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

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

DRAWINGS = Path(__file__).with_name("drawings.txt")  # see the module's notes for its language

COLOURS: Mapping[str, str] = {
    "black": "#3b3f45",
    "white": "#f6f4ee",
    "grey": "#8d949b",
    "red": "#c8453b",
    "orange": "#e58a3a",
    "yellow": "#edc14a",
    "green": "#5d9360",
    "olive": "#7c7f45",
    "blue": "#4a83bd",
    "navy": "#2f4468",
    "teal": "#3a8f92",
    "purple": "#7d5c9c",
    "pink": "#e59aa9",
    "brown": "#8a5f41",
    "beige": "#d6bf9b",
    "cream": "#f3e7cb",
    "silver": "#b9c0c6",
    "gold": "#c99f48",
    "natural": "#cfae7d",
}
# Inks that do not depend on the product: (colour, opacity).
FIXED_INKS: Mapping[str, tuple[str, str]] = {
    "w": ("#fdfcf8", ""),
    "g": ("#ccd2d7", ""),
    "G": ("#8f979e", ""),
    "n": ("#cda471", ""),
    "N": ("#9c7448", ""),
    "y": ("#f7cf5f", ""),
    "o": ("#ec8a45", ""),
    "f": ("#7fab6c", ""),
    "F": ("#4f7f52", ""),
    "e": ("#6a4c39", ""),
    "t": ("#7fb9d2", ""),
    "s": ("#e3eef3", ".7"),
    "h": ("#1d2733", ".15"),
    "q": ("#ffffff", ".38"),
    "Y": ("#ffd45e", ".42"),
}
# (paper, backdrop): the pale pairs set off most goods, the deeper ones set off pale goods.
PALE_PAPERS = (
    ("#f5f0e6", "#ebe2d1"),
    ("#edf1ea", "#dde6da"),
    ("#eaf0f3", "#d9e4ea"),
    ("#f6ece6", "#eeddd3"),
    ("#f0edf3", "#e3dde9"),
    ("#f4f1e1", "#e9e3c9"),
)
DEEP_PAPERS = (
    ("#c9d6d3", "#b3c5c1"),
    ("#d3c8bb", "#c2b4a3"),
    ("#c3d0dc", "#adbfcf"),
    ("#d9c3bb", "#cbaea4"),
    ("#cbc5d6", "#b8b0c8"),
    ("#c8d0b9", "#b5bfa2"),
)
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
    "tents": (
        ("tunnel longhouse family", "tunnel"),
        ("bell", "belltent"),
        ("tarp shelter", "tarp"),
        ("", "dome"),
    ),
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
    "stoves": (("system", "system"), ("twinfire camp", "twoburner"), ("wood", "woodstove"), ("", "canister")),
    "headlamps": (("", "headlamp"),),
    "bottles": (("soft", "softflask"), ("flask growler", "flask"), ("", "bottle")),
    "cookware": (("dutch", "dutchoven"), ("coffee", "coffeepot"), ("", "pot")),
    "camp furniture": (
        ("table", "rolltable"),
        ("hammock", "hammock"),
        ("bed cot", "campbed"),
        ("stool", "stool"),
        ("", "campchair"),
    ),
    "dry bags": (("duffel", "duffel"), ("set", "drysacks"), ("", "drybag")),
    "pans": (
        ("wok", "wok"),
        ("milk", "sauce"),
        ("sauté", "sautepan"),
        ("casserole", "casserole"),
        ("", "skillet"),
    ),
    "knives": (
        ("bread", "breadknife"),
        ("santoku", "santoku"),
        ("paring", "paring"),
        ("helper", "kidknife"),
        ("", "chefknife"),
    ),
    "kettles": (
        ("gooseneck", "gooseneck"),
        ("hob", "hobkettle"),
        ("glass", "glasskettle"),
        ("travel", "foldkettle"),
        ("", "jugkettle"),
    ),
    "coffee makers": (
        ("moka", "moka"),
        ("press", "press"),
        ("espresso", "espresso"),
        ("machine", "dripmachine"),
        ("", "dripper"),
    ),
    "mugs": (
        ("enamel", "enamelmug"),
        ("bowl", "bowls"),
        ("tumbler", "tumbler"),
        ("children's", "kidmug"),
        ("", "mug"),
    ),
    "baking tins": (("bundt", "bundt"), ("muffin", "muffin"), ("springform", "springform"), ("", "loaftin")),
    "storage jars": (("caddy", "caddy"), ("crock", "crock"), ("spice", "spicejars"), ("", "clipjar")),
    "blankets": (
        ("fleece", "fleeceblanket"),
        ("picnic", "picnic"),
        ("weighted quilt", "quilted"),
        ("baby", "babyblanket"),
        ("", "throw"),
    ),
    "bed linen": (("children's", "kidbed"), ("", "bed")),
    "pillows": (("neck", "neckpillow"), ("contour", "contour"), ("cushion", "cushion"), ("", "pillow")),
    "towels": (
        ("beach", "beachtowel"),
        ("set", "towelstack"),
        ("kitchen", "kitchentowels"),
        ("", "bathtowel"),
    ),
    "desk lamps": (
        ("banker's", "bankerlamp"),
        ("clip-on", "cliplamp"),
        ("fox", "foxlamp"),
        ("clamp", "clamplamp"),
        ("", "tasklamp"),
    ),
    "floor lamps": (
        ("column", "columnlamp"),
        ("heron", "heronlamp"),
        ("paper", "paperlamp"),
        ("", "tripodlamp"),
    ),
    "lanterns": (
        ("dome", "domelantern"),
        ("garden", "boxlantern"),
        ("path", "pathlantern"),
        ("", "stormlantern"),
    ),
    "rugs": (("braided", "braidrug"), ("play", "playrug"), ("", "rug")),
    "chairs": (
        ("office", "officechair"),
        ("folding", "foldchair"),
        ("rocking", "rockingchair"),
        ("children's", "kidchair"),
        ("", "diningchair"),
    ),
    "shelves": (("cube", "cubeshelf"), ("ledge", "ledge"), ("rack", "rack"), ("", "laddershelf")),
    "baskets": (("market", "market"), ("hamper", "hamper"), ("rope", "ropebasket"), ("", "laundry")),
    "candles": (("scented", "jarcandle"), ("led", "triocandles"), ("taper", "tapers"), ("", "pillars")),
    "planters": (("herb", "pot3"), ("balcony", "balconybox"), ("grow", "growbag"), ("", "bigpot")),
    "garden tools": (
        ("secateurs", "secateurs"),
        ("weeder", "weeder"),
        ("set", "toolset"),
        ("watering", "wateringcan"),
        ("", "trowel"),
    ),
    "aprons": (("", "apron"),),
    "clocks": (("alarm", "sunrise"), ("bathroom", "bathclock"), ("", "wallclock")),
    "toys": (("kite", "kite"), ("moose", "moose"), ("", "blocks")),
}
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
        "b": body,
        "B": mix(body, "#20242c", 0.2),
        "L": mix(body, "#ffffff", 0.24),
        "a": accent,
        "A": mix(accent, "#20242c", 0.2),
        "l": mix(accent, "#ffffff", 0.4),
        "k": "#17191c" if brightness(body) < 0.3 else "#343a40",
    }
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


def draw(folder: Path, catalogues: Sequence[Path]) -> int:
    """Write the picture of every product of the catalogues into `folder`; return how many.

    A folder that is missing is made; files of other names are left alone. Nothing is written
    when any catalogue is at fault.

    Raises:
        CatalogueError: if a catalogue holds a line that cannot be drawn.
        OSError: if a file cannot be read or written.
    """
    drawings = parse_drawings(DRAWINGS.read_text(encoding="utf-8"))
    products = [product for catalogue in catalogues for product in read_products(catalogue)]
    folder.mkdir(parents=True, exist_ok=True)
    for product in products:
        text = picture(product, drawings)
        (folder / f"{product.id}.svg").write_text(text, encoding="utf-8", newline="\n")
    return len(products)


def main(arguments: Sequence[str]) -> int:
    """Draw every product of the catalogues named; return 0, or 2 for a wrong call or catalogue."""
    if len(arguments) < 2:
        sys.stderr.write("usage: draw_pictures.py OUT_FOLDER CATALOGUE.jsonl [...]\n")
        return 2
    folder = Path(arguments[0])
    try:
        count = draw(folder, [Path(name) for name in arguments[1:]])
    except (CatalogueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{count} pictures in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
