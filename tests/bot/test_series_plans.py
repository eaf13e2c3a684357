"""What a series asks for: a stress test's spread, and a table's rows."""

import pytest

from bot.batch.csv_table import read_table, slug
from bot.batch.spread import portions, spread
from bot.briefs.model import UserError
from bot.briefs.typed import SEED_LIMIT


def test_no_two_pictures_of_the_largest_spread_are_the_same():
    items = spread("a cup", 200, seed=5, aspect=(1, 1))
    assert len({item.prompt for item in items}) == len({item.name for item in items}) == len(items) == 200
    assert items[0].prompt == "a cup"
    assert items == spread("a cup", 200, seed=5, aspect=(1, 1))
    assert items != spread("a cup", 200, seed=6, aspect=(1, 1))


def test_the_first_pictures_vary_every_axis():
    labels = " ".join(item.label for item in spread("a cup", 9, seed=1, aspect=(1, 1))[1:])
    assert labels.count("·") == 8
    assert len(set(labels.split())) > 8


def test_seeds_stay_what_a_draft_takes():
    seeds = [item.seed for item in spread("a cup", 6, seed=SEED_LIMIT, aspect=(1, 1))]
    assert all(0 <= seed <= SEED_LIMIT for seed in seeds)
    assert len(set(seeds)) == 6


def test_portions_are_small_and_of_one_shape():
    table = b"prompt,size\n" + b"a,1:1\n" * 5 + b"b,3:2\n" + b"c,1:1\n"
    assert portions(read_table(table, most=100, seed=1)) == [[0, 1, 2, 3], [4], [5], [6]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hero cup", "hero-cup"),
        ("../../etc/passwd", "etc-passwd"),
        ("=cmd|' /C calc'!A0", "cmd-c-calc-a0"),
        ("CON", "con-picture"),
        ("lpt1", "lpt1-picture"),
        ("春", "春"),
        ("Café", "cafe"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_name_is_safe_on_any_disk(text, name):
    assert slug(text) == name


def pictures(table, **options):
    data = table if isinstance(table, bytes) else table.encode()
    return [(item.name, item.prompt, item.aspect) for item in read_table(data, most=100, seed=1, **options)]


def refusal(table):
    with pytest.raises(UserError) as caught:
        pictures(table)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("table", "prompt", "aspect"),
    [
        ("prompt\na red apple, on teal, soft light\n", "a red apple, on teal, soft light", (1, 1)),
        ('prompt\n"a red apple, on teal"\n', "a red apple, on teal", (1, 1)),
        ("prompt,size\n“a red apple, on teal”,16:9\n", "a red apple, on teal", (16, 9)),
        ("size;prompt\n16:9;„a red apple; on teal“\n", "a red apple; on teal", (16, 9)),
        ('size, prompt\n16:9, "a red apple, on teal"\n', "a red apple, on teal", (16, 9)),
        ("prompt\na red apple --ar 16:9 --seed 7\n", "a red apple", (16, 9)),
        ("prompt,size\na red apple —seed 7,16:9\n", "a red apple", (16, 9)),
        ("prompt\tsize\r\na red apple\t16:9\r\n".encode("utf-16"), "a red apple", (16, 9)),
        (b"\xfe\xff" + "prompt\tsize\r\na red apple\t16:9".encode("utf-16-be"), "a red apple", (16, 9)),
        ("sep=;\r\nprompt;size\r\na red apple, ripe;16:9\r\n", "a red apple, ripe", (16, 9)),
        ("\ufeffprompt;size\na red apple;16:9\n", "a red apple", (16, 9)),
        ("prompt,size\ra red apple,16:9\r", "a red apple", (16, 9)),
        ("prompt,size\na red äpple,16:9".encode("cp1252"), "a red äpple", (16, 9)),
        ("prompt,size\na red apple,1080X1350\n", "a red apple", (1080, 1350)),
        ("prompt,size\na red apple,1080 × 1350 px\n", "a red apple", (1080, 1350)),
        ("prompt,size\na red apple,Story\n", "a red apple", (1080, 1920)),
        ("prompt,variant\na red apple,on teal\n", "a red apple", (1, 1)),
        ("prompt,size,,\na red apple,16:9,,\n", "a red apple", (16, 9)),
        ("prompt,size\na sign that says “open”,16:9\n", 'a sign that says "open"', (16, 9)),
        # Bytes as programs write them.
        ("prompt\tsize\r\na red apple\t16:9".encode("utf-16-le"), "a red apple", (16, 9)),
        ("prompt\tsize\r\na red apple\t16:9".encode("utf-16-be"), "a red apple", (16, 9)),
        ("prompt,size\na red apple,16:9".encode("utf-32"), "a red apple", (16, 9)),
        (
            'prompt\tsize\r\n"a red ""äpple"", on teal"\t16:9'.encode("utf-16"),
            'a red "äpple", on teal',
            (16, 9),
        ),
        ("prompt,size\ra red äpple,16:9\r".encode("mac-roman"), "a red äpple", (16, 9)),
        # Every mark between cells, and every way to say which one it is.
        ("prompt|size\na red apple, on teal|16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt，size\na red apple，16:9\n", "a red apple", (16, 9)),
        ("sep=|\nprompt|size\na red apple|16:9\n", "a red apple", (16, 9)),
        ('"sep=;"\r\nprompt;size\r\na red apple;16:9\r\n', "a red apple", (16, 9)),
        ("sep=;,,\nprompt;size\na red apple;16:9\n", "a red apple", (16, 9)),
        ("\nSEP = \t\nprompt\tsize\na red apple\t16:9\n", "a red apple", (16, 9)),
        # Every kind of quotation mark, with space around it, next to straight ones.
        ("prompt,size\n‘a red apple, on teal’,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n‚a red apple, on teal‘,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n«a red apple, on teal»,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n»a red apple, on teal«,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n” a red apple, on teal”,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n＂a red apple, on teal＂,16:9\n", "a red apple, on teal", (16, 9)),
        ("prompt,size\n「a red apple, on teal」,16:9\n", "a red apple, on teal", (16, 9)),
        ('“prompt”,"size"\n“a red apple, on teal”,"16:9"\n', "a red apple, on teal", (16, 9)),
        ('prompt,size\n "a red apple, on teal" , "16:9" \n', "a red apple, on teal", (16, 9)),
        ('prompt,size\n\u00a0"a red apple, on teal"\u00a0,16:9\n', "a red apple, on teal", (16, 9)),
        ('prompt\tsize\n "a red apple, on teal"\t16:9\n', "a red apple, on teal", (16, 9)),
        (
            'prompt,size\n"a red apple,\non ""teal"", “so”, ok",16:9\n',
            'a red apple, on "teal", "so", ok',
            (16, 9),
        ),
        # Quotation marks that are part of the prompt.
        ('prompt,size\n"Open" sign on a door,16:9\n', '"Open" sign on a door', (16, 9)),
        ("prompt,size\n“Open” sign on a door,16:9\n", '"Open" sign on a door', (16, 9)),
        ('prompt\n"Open" sign, on a door\n', '"Open" sign, on a door', (1, 1)),
        ("prompt,size\n’80s car in neon,16:9\n", "'80s car in neon", (16, 9)),
        # Sizes as they are typed.
        ("prompt,size\na red apple,1080✕1350\n", "a red apple", (1080, 1350)),
        ("prompt,size\na red apple,1080х1350\n", "a red apple", (1080, 1350)),
        ("prompt,size\na red apple,1080 px x 1350 px\n", "a red apple", (1080, 1350)),
        ("prompt,size\na red apple,４：５\n", "a red apple", (4, 5)),
        ("prompt,size\na red apple,PORTRAIT\n", "a red apple", (1080, 1350)),
        ("prompt\na red apple --ar story\n", "a red apple", (1080, 1920)),
        ("prompt\na red apple --ar 1080X1350\n", "a red apple", (1080, 1350)),
    ],
)
def test_tables_are_read_as_people_save_them(table, prompt, aspect):
    ((_, read, shape),) = pictures(table)
    assert (read, shape) == (prompt, aspect)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name,prompt\npear,a pear\napple,a red apple, on teal, no text\n", "line 3: it has 4 cells"),
        ('prompt,name\n"a red apple,apple\na pear,pear\na plum,plum\n', "line 2: a quotation mark"),
        ('prompt,name\na plum,plum\n"a red apple,apple\n"a pear",pear\n', "line 3: a quotation mark"),
        ("prompt\na cup\na cup --n 4\n", "line 3: `--n` can't stand in a table"),
        ("prompt,seed\na cup --seed 7,8\n", "line 2: its `seed` stands in the column"),
        ("prompt,size\na cup --ar 1:1,3:2\n", "line 2: its `size` stands in the column"),
        ("prompt\na cup --colour red\n", "line 2: "),
        ("prompt,name\n“a red apple, on teal,apple\n", "line 2: a quotation mark"),
        ("prompt,name\n“a red apple,apple\n", "line 2: a quotation mark"),
        ('prompt,name\na pear,"pear\na plum,plum\n', "line 2: a quotation mark"),
        ('"prompt,name\na pear,pear\n', "line 1: a quotation mark"),
        ('prompt,name\n"a pear,\nin gold",pear\na plum, on teal,plum\n', "line 4: it has 3 cells"),
        # The cells fit the head, and still a comma may have split the prompt.
        ("prompt,name\na pear,pear\na red apple, on teal\n", "line 3: its cell “on teal”"),
        ("name,prompt,negative\napple,a red apple, on teal\n", "line 2: its cell “on teal”"),
    ],
)
def test_what_a_table_may_have_meant_is_told_by_its_line(table, told):
    assert told in refusal(table)


def test_a_space_after_each_comma_is_a_habit():
    assert pictures("prompt, name\na red apple, apple\n") == [("apple", "a red apple", (1, 1))]
    assert pictures('prompt,name\n"a red apple, on teal", apple\n')[0][:2] == (
        "apple",
        "a red apple, on teal",
    )
    assert pictures("prompt,size\na red apple, 16:9\n")[0][1:] == ("a red apple", (16, 9))


@pytest.mark.parametrize(
    ("words", "coding"),
    [("красное яблоко", "cp1251"), ("一个红色的苹果", "gbk"), ("赤いりんご", "shift-jis")],
)
def test_letters_that_would_come_out_wrong_are_told(words, coding):
    assert "isn't UTF-8" in refusal(f"prompt,name\n{words},x\n".encode(coding))


def test_half_a_file_is_told():
    assert "isn't text" in refusal("prompt\tsize\r\na red apple\t16:9\r\n".encode("utf-16")[:-1])


def test_names_are_kept_in_every_script_and_safe_on_every_disk():
    table = "name,prompt\n" + "".join(
        f"{name},a cup\n"
        for name in (
            "яблоко", "груша", "苹果", "Straße", "เชียงใหม่", "सेब", "hero-banner.png", "Hero-Banner.JPG", "COM1",
            "йод", "v1.2", "../etc",
        )
    )  # fmt: skip
    assert [name for name, *_ in pictures(table)] == [
        "яблоко", "груша", "苹果", "straße", "เชียงใหม่", "सेब", "hero-banner", "hero-banner-2", "com1-picture",
        "йод", "v1-2", "etc",
    ]  # fmt: skip


def test_the_flags_of_a_prompt_count():
    (item,) = read_table(b"prompt\na cup --seed 7 --no text\n", most=9, seed=1)
    assert (item.seed, item.negative_prompt) == (7, "text")
