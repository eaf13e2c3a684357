"""What the starter model is taught: subjects, colours, positions, sizes. Plain tables, no code."""

from __future__ import annotations

#: name -> (code point of the sprite, synonyms, whether its colour may be asked for)
SUBJECTS: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "apple": ("1f34e", (), True),
    "lemon": ("1f34b", ("citrus",), False),
    "orange fruit": ("1f34a", ("tangerine", "mandarin", "clementine"), False),
    "strawberry": ("1f353", ("berry",), False),
    "pineapple": ("1f34d", ("ananas",), False),
    "watermelon": ("1f349", ("melon",), False),
    "burger": ("1f354", ("hamburger", "cheeseburger"), False),
    "pizza": ("1f355", ("pizza slice", "slice of pizza"), False),
    "fries": ("1f35f", ("french fries", "chips"), False),
    "doughnut": ("1f369", ("donut",), True),
    "cookie": ("1f36a", ("biscuit",), False),
    "cupcake": ("1f9c1", ("muffin",), True),
    "ice cream": ("1f366", ("icecream", "ice cream cone", "gelato"), False),
    "cake": ("1f370", ("shortcake", "slice of cake"), False),
    "teapot": ("1fad6", ("tea pot", "kettle"), True),
    "coffee": ("2615", ("coffee cup", "cup of coffee", "coffee mug", "espresso", "mug", "cup"), True),
    "wine": ("1f377", ("wine glass", "glass of wine", "red wine"), False),
    "cat": ("1f431", ("kitten", "kitty"), False),
    "dog": ("1f436", ("puppy", "doggy"), False),
    "rabbit": ("1f430", ("bunny", "hare"), False),
    "fox": ("1f98a", (), False),
    "panda": ("1f43c", ("panda bear",), False),
    "penguin": ("1f427", (), False),
    "car": ("1f697", ("automobile", "vehicle"), True),
    "bicycle": ("1f6b2", ("bike",), True),
    "rocket": ("1f680", ("spaceship",), False),
    "sneaker": ("1f45f", ("trainer", "running shoe", "shoe", "tennis shoe"), True),
    "handbag": ("1f45c", ("purse", "bag"), True),
    "t-shirt": ("1f455", ("tshirt", "tee shirt", "t shirt", "shirt", "tee"), True),
    "dress": ("1f457", ("gown",), True),
    "sunglasses": ("1f576-fe0f", ("shades", "glasses"), False),
    "lipstick": ("1f484", ("lip stick",), True),
    "watch": ("231a", ("wristwatch", "wrist watch", "smartwatch"), True),
    "backpack": ("1f392", ("rucksack", "school bag"), True),
    "cactus": ("1f335", ("succulent",), False),
    "sunflower": ("1f33b", ("flower",), False),
    "laptop": ("1f4bb", ("notebook computer", "computer"), False),
    "phone": ("1f4f1", ("smartphone", "mobile phone", "cell phone"), False),
    "camera": ("1f4f7", (), False),
    "light bulb": ("1f4a1", ("lightbulb", "bulb"), False),
    "guitar": ("1f3b8", ("electric guitar",), True),
    "house": ("1f3e0", ("home", "cottage"), False),
    "gift": ("1f381", ("present", "gift box"), True),
    "balloon": ("1f388", (), True),
    "basketball": ("1f3c0", ("ball",), False),
    "umbrella": ("2602-fe0f", ("parasol",), True),
}

PLURALS = {
    "strawberry": "strawberries",
    "berry": "berries",
    "cherry": "cherries",
    "puppy": "puppies",
    "kitty": "kitties",
    "bunny": "bunnies",
    "bus": "buses",
    "cactus": "cacti",
    "dress": "dresses",
    "watch": "watches",
    "wristwatch": "wristwatches",
    "wrist watch": "wrist watches",
    "smartwatch": "smartwatches",
    "fox": "foxes",
    "pastry": "pastries",
    "trophy": "trophies",
    "gift box": "gift boxes",
    "fish": "fishes",
    "doggy": "doggies",
    "citrus": "citruses",
    "slice of pizza": "slices of pizza",
    "slice of cake": "slices of cake",
    "cup of coffee": "cups of coffee",
    "glass of wine": "glasses of wine",
    "wine glass": "wine glasses",
    "cocktail glass": "cocktail glasses",
}
#: words that look plural and are one thing
PLURAL_ALREADY = ("fries", "french fries", "chips", "headphones", "sunglasses", "glasses", "shades")

#: the backgrounds, and the words for them
BACKGROUNDS: dict[str, str] = {
    "white": "#f4f4f2",
    "black": "#1e1e22",
    "gray": "#9a9ca3",
    "red": "#d8333d",
    "orange": "#f58a2c",
    "yellow": "#f9d342",
    "green": "#3fa65a",
    "mint": "#aee6cf",
    "teal": "#179b96",
    "blue": "#3b7ddd",
    "navy": "#1f2f66",
    "purple": "#7b48b8",
    "lavender": "#cdbdf0",
    "pink": "#f7a8c4",
    "brown": "#8a5a3c",
    "beige": "#e8d8bb",
}
#: other spellings of a colour
COLOUR_SYNONYMS: dict[str, tuple[str, ...]] = {
    "gray": ("grey", "silver"),
    "purple": ("violet",),
    "teal": ("turquoise", "cyan"),
    "lavender": ("lilac",),
    "beige": ("cream", "sand"),
    "pink": ("rose pink",),
    "navy": ("navy blue", "dark blue"),
}
#: colours a subject may be asked for in
SUBJECT_COLOURS: dict[str, str] = {
    "red": "#e0303c",
    "orange": "#f58220",
    "yellow": "#f8cf35",
    "green": "#3fae4e",
    "teal": "#18a7a0",
    "blue": "#2f74e0",
    "purple": "#8446c8",
    "pink": "#f27aae",
    "white": "#efeff2",
    "black": "#2a2a30",
}

#: position -> centre as a share of the side, (x, y)
POSITIONS: dict[str, tuple[float, float]] = {
    "center": (0.5, 0.5),
    "left": (0.27, 0.5),
    "right": (0.73, 0.5),
    "top": (0.5, 0.27),
    "bottom": (0.5, 0.73),
    "top left": (0.27, 0.27),
    "top right": (0.73, 0.27),
    "bottom left": (0.27, 0.73),
    "bottom right": (0.73, 0.73),
}
POSITION_SYNONYMS: dict[str, tuple[str, ...]] = {
    "center": ("centre", "middle", "centered", "centred"),
    "top": ("upper", "above"),
    "bottom": ("lower", "below"),
    "left": ("left-hand",),
    "right": ("right-hand",),
}
#: size -> the subject's longer side as a share of the picture's, from and to
SIZES: dict[str, tuple[float, float]] = {
    "small": (0.26, 0.34),
    "normal": (0.5, 0.6),
    "large": (0.76, 0.86),
    "close-up": (1.15, 1.4),
}
SIZE_SYNONYMS: dict[str, tuple[str, ...]] = {
    "small": ("tiny", "little", "mini"),
    "large": ("big", "huge", "giant"),
    "close-up": ("closeup", "close up", "macro"),
}
COUNTS: dict[str, tuple[str, ...]] = {
    "one": ("single", "1"),
    "two": ("pair of", "couple of", "2"),
    "three": ("trio of", "3"),
}
