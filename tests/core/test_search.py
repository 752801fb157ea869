"""What people type to find digits."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.core.search import search

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
LABELS = (np.arange(2000) % 10).astype(np.int64)


@pytest.mark.parametrize("text", ["7", " 7 ", "label 7", "Label  7", "7 class", "class 7", "digit 7", "7s"])
def test_a_class_of_digits(text: str) -> None:
    found = search(text, LABELS, DIGITS)
    assert found.classes == (7,) and found.answer == ""
    assert found.indices.tolist() == list(range(7, 2000, 10))


@pytest.mark.parametrize(
    ("text", "index"),
    [("1234", 1234), ("#1234", 1234), ("1,234", 1234), ("#7", 7), ("# 7", 7), ("image 7", 7), ("index 7", 7),
     ("test image 1,234", 1234), ("Test digit 618", 618),
     ("training image 618", 618), ("#0", 0), ("#1999", 1999), ("0042", 42)],
)  # fmt: skip
def test_one_image_by_its_number(text: str, index: int) -> None:
    found = search(text, LABELS, DIGITS)
    assert found.indices.tolist() == [index] and found.classes == () and found.answer == ""


def test_a_number_is_an_image_where_no_class_is_called_so() -> None:
    assert search("7", LABELS, CLOTHES).indices.tolist() == [7]
    assert search("label 7", LABELS, CLOTHES).classes == (7,)
    assert search("label 17", LABELS, CLOTHES).indices.size == 0


@pytest.mark.parametrize(
    ("text", "classes"),
    [("Sneaker", (7,)), ("sneakers", (7,)), ("snea", (7,)), ("class sneaker", (7,)), ("Sneaker class", (7,)),
     ("shirt", (6,)), ("t-shirt", (0,)), ("boot", (9,)), ("ANKLE BOOT", (9,)), ("dress", (3,)),
     ("s", (5, 6, 7))],
)  # fmt: skip
def test_a_class_by_its_name_or_a_part_of_it(text: str, classes: tuple[int, ...]) -> None:
    found = search(text, LABELS, CLOTHES)
    assert found.classes == classes
    assert found.indices.tolist() == [index for index in range(2000) if index % 10 in classes]


@pytest.mark.parametrize(
    ("text", "answer"),
    [("", "Write an image’s number or a class."), ("   ", "Write an image’s number or a class."),
     ("2000", "There is no image 2,000: they are numbered from 0 to 1,999."),
     ("#99999999999999999999", "numbered from 0 to 1,999"), ("-3", "Nothing is called “-3”."),
     ("label 12", "Nothing is called “12”. The classes are 0, 1, 2,"), ("zebra", "Nothing is called “zebra”."),
     ("#", "Nothing is called “#”."), ("7.5", "Nothing is called"), ("x" * 500, f"“{'x' * 23}…”"),
     ("²", "Nothing is called"), ("(((", "Nothing is called")],
)  # fmt: skip
def test_where_nothing_matches_words_say_why(text: str, answer: str) -> None:
    found = search(text, LABELS, DIGITS)
    assert found.indices.size == 0 and answer in found.answer


def test_a_class_without_images_and_a_data_set_without_any() -> None:
    assert search("7", LABELS[:5], DIGITS).answer == "No image is of class 7."
    assert search("#0", LABELS[:0], DIGITS).answer == "There are no images."


def test_a_number_beyond_all_numbers_is_no_image() -> None:
    for text in ("9" * 5000, "#" + "9" * 5000, "class " + "9" * 5000, "1" + ",000" * 2000):
        assert "is called" in search(text, LABELS, DIGITS).answer
    assert "There is no image 10,000,000" in search("10,000,000", LABELS, DIGITS).answer
