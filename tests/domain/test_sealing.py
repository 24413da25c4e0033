"""Sealing and opening: what goes in comes out, and nothing else does."""

import io
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from admin import unsealing
from domain import opening, sealing
from domain.opening import CannotOpen
from domain.sealing import ALPHABET, CHUNK, RECEIPT_LENGTH, padded_length
from domain.staff import Staff

BIG = 20 * 1024 * 1024
# Sizes around every border: of the smallest envelope, of chunks, of paddings.
SIZES = st.one_of(
    st.integers(0, 3000),
    st.sampled_from(
        [1022, 1023, 1024, 1025, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 1]
    ),
    st.integers(CHUNK - 600, CHUNK + 600),
    st.integers(0, 5 * CHUNK),
)


def bytes_of(size: int) -> bytes:
    return (b"\x80\x00\xff" * (size // 3 + 1))[:size]


def sealed_file(data: bytes, piece: int) -> tuple[bytes, int, list[bytes]]:
    pieces = (data[n : n + piece] for n in range(0, len(data), piece))
    sealer, chunks = sealing.seal_file(pieces)
    made = list(chunks)
    return sealer.key, sealer.size, made


def opened(key: bytes, chunks: list[bytes], size: int) -> bytes:
    return b"".join(opening.open_file(key, chunks, size))


@given(data=st.binary(max_size=5000))
@example(data=b"")
@example(data=b"\x80")
@example(data=b"\x80" + bytes(2000))
@example(data=bytes(1023))
@example(data=bytes(1024))
def test_what_is_sealed_opens_with_its_key_alone(data: bytes) -> None:
    pair, other = sealing.new_key_pair(), sealing.new_key_pair()
    sealed = sealing.seal(pair.public, data)
    assert opening.open_seal(pair.private, sealed) == data
    with pytest.raises(CannotOpen):
        opening.open_seal(other.private, sealed)
    with pytest.raises(CannotOpen):
        opening.open_seal(pair.public, sealed)


@given(data=st.binary(max_size=300), where=st.integers(0), mask=st.integers(1, 255))
def test_a_changed_envelope_does_not_open(data: bytes, where: int, mask: int) -> None:
    pair = sealing.new_key_pair()
    sealed = bytearray(sealing.seal(pair.public, data))
    sealed[where % len(sealed)] ^= mask
    with pytest.raises(CannotOpen):
        opening.open_seal(pair.private, bytes(sealed))


@given(cut=st.integers(0, 1100))
def test_a_cut_envelope_does_not_open(cut: int) -> None:
    pair = sealing.new_key_pair()
    sealed = sealing.seal(pair.public, b"x")
    assume(cut < len(sealed))
    with pytest.raises(CannotOpen):
        opening.open_seal(pair.private, sealed[:cut])


def test_an_envelope_that_was_never_padded_is_no_message() -> None:
    """A public site taken over can seal what it likes; it must not bring the officer's page down."""
    pair = sealing.new_key_pair()
    for content in (b"", b"text", b"\x80text", bytes(64)):
        with pytest.raises(CannotOpen):
            opening.open_seal(pair.private, sealing.seal_key(pair.public, content))


def test_two_envelopes_of_the_same_are_not_alike() -> None:
    pair = sealing.new_key_pair()
    assert sealing.seal(pair.public, b"x") != sealing.seal(pair.public, b"x")
    assert sealing.box(bytes(32), b"x") != sealing.box(bytes(32), b"x")


@given(data=st.binary(max_size=300))
def test_a_box_opens_with_its_key_alone(data: bytes) -> None:
    key = sealing.new_key_pair().private
    boxed = sealing.box(key, data)
    assert opening.open_box(key, boxed) == data
    for wrong in (bytes(32), sealing.new_key_pair().private):
        with pytest.raises(CannotOpen):
            opening.open_box(wrong, boxed)
    with pytest.raises(CannotOpen):
        opening.open_box(key, boxed[:-1])
    with pytest.raises(CannotOpen):
        opening.open_box(key, b"")


@given(key=st.binary(max_size=40))
def test_what_is_no_key_opens_nothing(key: bytes) -> None:
    pair = sealing.new_key_pair()
    with pytest.raises(CannotOpen):
        opening.open_key(key, sealing.seal_key(pair.public, b"k" * 32))
    with pytest.raises(CannotOpen):
        opening.open_box(key, sealing.box(pair.private, b"x"))
    with pytest.raises(CannotOpen):
        list(opening.open_file(key, [b"h" * 24 + b"c" * 40], 1))


@given(length=st.integers(0, 1 << 40))
def test_padding_never_shrinks_grows_little_and_hides_the_lower_bits(length: int) -> None:
    padded = padded_length(length)
    assert padded >= max(length, 1024)
    assert padded <= max(1024, length * 1.12 + 1)
    assert padded_length(padded) == padded
    assert padded_length(length + 1) >= padded


@given(size=st.integers(1, 50_000))
def test_sizes_of_one_bucket_give_envelopes_of_one_length(size: int) -> None:
    pair = sealing.new_key_pair()
    # The padding's mark is one byte more.
    top = padded_length(size + 1) - 1
    lengths = {len(sealing.seal(pair.public, bytes(n))) for n in (size, (size + top) // 2, top)}
    assert len(lengths) == 1


def test_a_short_note_looks_like_a_longer_one() -> None:
    pair = sealing.new_key_pair()
    short = sealing.seal(pair.public, "否".encode())
    assert len(short) == len(sealing.seal(pair.public, ("很长" * 150).encode()))


@given(data=st.binary(max_size=3000))
def test_padding_comes_off(data: bytes) -> None:
    assert sealing.unpad(sealing.pad(data)) == data


@pytest.mark.parametrize("data", [b"", b"x", bytes(1024), b"\x80x", b"\x80" + bytes(7) + b"\x01"])
def test_what_was_never_padded_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="not padded"):
        sealing.unpad(data)


@settings(max_examples=60)
@given(size=SIZES, piece=st.integers(1, 3 * CHUNK))
@example(size=0, piece=1)
@example(size=CHUNK, piece=CHUNK)
@example(size=CHUNK, piece=CHUNK + 1)
@example(size=2 * CHUNK, piece=7 * CHUNK)
@example(size=padded_length(200_000) - 1, piece=999)
def test_a_file_opens_whatever_pieces_it_came_in(size: int, piece: int) -> None:
    data = bytes_of(size)
    key, told, chunks = sealed_file(data, max(piece, size // 200 + 1))
    assert told == size
    assert opened(key, chunks, size) == data
    assert all(len(chunk) <= CHUNK + 64 for chunk in chunks)
    plain = sum(len(chunk) - 17 for chunk in chunks) - 24
    assert plain == padded_length(size + 1)


@settings(max_examples=40)
@given(size=st.integers(0, 4 * CHUNK))
def test_files_of_one_bucket_look_alike(size: int) -> None:
    top = padded_length(size + 1) - 1
    shapes = [[len(chunk) for chunk in sealed_file(bytes(n), CHUNK)[2]] for n in (size, top)]
    assert shapes[0] == shapes[1]


def test_empty_pieces_change_nothing() -> None:
    sealer, chunks = sealing.seal_file([b"", b"ab", b"", b"c", b""])
    made = list(chunks)
    assert opened(sealer.key, made, 3) == b"abc"


@pytest.fixture(scope="module")
def stream() -> tuple[bytes, int, list[bytes]]:
    return sealed_file(bytes_of(3 * CHUNK + 100), CHUNK)


TAMPERINGS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "first cut off": lambda c: c[1:],
    "last cut off": lambda c: c[:-1],
    "all gone": lambda c: c[:0],
    "exchanged": lambda c: [c[0], c[2], c[1], *c[3:]],
    "doubled": lambda c: [c[0], c[1], c[1], *c[2:]],
    "one left out": lambda c: [c[0], *c[2:]],
    "reversed": lambda c: c[::-1],
    "end added": lambda c: [*c, c[-1]],
    "rubbish added": lambda c: [*c, b"rubbish"],
    "short chunk": lambda c: [*c[:-1], c[-1][:5]],
    "empty chunk": lambda c: [c[0], b"", *c[1:]],
    "short header": lambda c: [c[0][:10], *c[1:]],
    "joined": lambda c: [c[0] + c[1], *c[2:]],
    "bit": lambda c: [c[0], bytes([c[1][0] ^ 1]) + c[1][1:], *c[2:]],
    "header bit": lambda c: [bytes([c[0][0] ^ 1]) + c[0][1:], *c[1:]],
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_changed_file_does_not_open(stream: tuple[bytes, int, list[bytes]], name: str) -> None:
    key, size, chunks = stream
    assert opened(key, chunks, size) == bytes_of(size)
    with pytest.raises(CannotOpen):
        opened(key, TAMPERINGS[name](chunks), size)


def test_another_key_or_size_does_not_open_a_file(
    stream: tuple[bytes, int, list[bytes]],
) -> None:
    key, size, chunks = stream
    with pytest.raises(CannotOpen):
        opened(bytes(32), chunks, size)
    with pytest.raises(CannotOpen):
        opened(key, chunks, padded_length(size + 1) + 1)


def test_chunks_of_two_files_do_not_mix(stream: tuple[bytes, int, list[bytes]]) -> None:
    key, size, chunks = stream
    _, _, others = sealed_file(bytes_of(size), CHUNK)
    with pytest.raises(CannotOpen):
        opened(key, [*chunks[:2], *others[2:]], size)


def test_sealing_a_large_file_holds_a_few_chunks() -> None:
    def pieces() -> Iterator[bytes]:
        source = io.BytesIO(bytes(BIG))
        yield from iter(lambda: source.read(16 * 1024), b"")

    source = pieces()
    next(source)
    tracemalloc.start()
    sealer, chunks = sealing.seal_file(source)
    count = sum(1 for _ in chunks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sealer.size == BIG - 16 * 1024
    assert count >= BIG // CHUNK - 1
    assert peak < 8 * CHUNK


def test_one_large_piece_is_not_copied_again_and_again() -> None:
    data = bytes(BIG)
    tracemalloc.start()
    sealer, chunks = sealing.seal_file([data])
    for _ in chunks:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sealer.size == BIG
    assert peak < 8 * CHUNK


def test_receipts_have_eighty_bits_and_more() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert RECEIPT_LENGTH * 5 >= 80
    receipts = {sealing.new_receipt() for _ in range(500)}
    assert len(receipts) == 500
    letters = "".join(receipts).replace("-", "")
    assert len(letters) == 500 * RECEIPT_LENGTH
    assert set(letters) == set(ALPHABET)
    # Every place takes every letter: none of the bits stands still.
    assert all(len({r.replace("-", "")[n] for r in receipts}) == 32 for n in range(RECEIPT_LENGTH))


FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
SLIPS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "full width": lambda r: r.translate(FULL_WIDTH),
    "no dashes": lambda r: r.replace("-", ""),
    "spaces": lambda r: r.replace("-", " "),
    "wide spaces": lambda r: " \u3000" + r.replace("-", "\u3000") + "\n",
    "other dashes": lambda r: r.replace("-", "—"),
    "long dashes": lambda r: r.replace("-", "－"),
    "oh for nought": lambda r: r.replace("0", "O"),
    "small oh": lambda r: r.replace("0", "o"),
    "eye for one": lambda r: r.replace("1", "I"),
    "ell for one": lambda r: r.replace("1", "l"),
    "dots": ".".join,
    "invisible": lambda r: "\u200b".join(r) + "\ufeff",
    "quoted": lambda r: f"“{r}”。",
}


@pytest.mark.parametrize("slip", SLIPS)
@given(letters=st.text(ALPHABET, min_size=RECEIPT_LENGTH, max_size=RECEIPT_LENGTH))
def test_receipts_are_read_as_people_type_them(slip: str, letters: str) -> None:
    receipt = "-".join(letters[n : n + 4] for n in range(0, RECEIPT_LENGTH, 4))
    assert sealing.read_receipt(receipt) == receipt
    assert sealing.read_receipt(SLIPS[slip](receipt)) == receipt


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "7K3M",
        "U" * 20,
        "0" * 19,
        "0" * 21,
        "٣" * 20,
        "中" * 20,
        "0" * 19 + "中",
        "-".join(["0000"] * 6),
        "0" * 100_000,
    ],
    ids=lambda t: t[:12],
)
def test_what_cannot_be_a_receipt(typed: str) -> None:
    assert sealing.read_receipt(typed) is None


@given(typed=st.text())
def test_whatever_is_typed_is_a_receipt_in_its_one_form_or_none(typed: str) -> None:
    read = sealing.read_receipt(typed)
    if read is not None:
        assert sealing.read_receipt(read) == read
        assert len(read) == RECEIPT_LENGTH + 4


def test_what_finds_a_report_does_not_open_it() -> None:
    receipt, pair = sealing.new_receipt(), sealing.new_key_pair()
    keys = sealing.receipt_keys(receipt)
    assert keys == sealing.receipt_keys(receipt)
    assert len(keys.lookup) == len(keys.box) == 32
    assert keys.lookup != keys.box
    boxed = sealing.box(keys.box, pair.private)
    assert opening.open_box(keys.box, boxed) == pair.private
    with pytest.raises(CannotOpen):
        opening.open_box(keys.lookup, boxed)
    # Nor does anything the same derivation makes of it.
    for derived in (*sealing.session_keys(keys.lookup), sealing._derive(keys.lookup, b"copy")):
        with pytest.raises(CannotOpen):
            opening.open_box(derived, boxed)
    assert sealing.receipt_keys(sealing.new_receipt()) != keys


def test_a_session_token_finds_and_opens_by_two_values() -> None:
    session_id, key = sealing.session_keys(b"t" * 32)
    assert session_id != key
    assert (session_id, key) == sealing.session_keys(b"t" * 32)
    with pytest.raises(CannotOpen):
        opening.open_box(session_id, sealing.box(key, b"x"))


def test_nothing_secret_shows_when_printed() -> None:
    pair, keys = sealing.new_key_pair(), sealing.receipt_keys(sealing.new_receipt())
    locked = sealing.lock_key(pair, "password")
    shown = f"{pair!r} {keys!r} {locked!r}"
    for secret in (pair.private, keys.box, locked.locked, locked.salt):
        assert repr(secret) not in shown


def someone(password: str) -> tuple[Staff, bytes]:
    pair = sealing.new_key_pair()
    locked = sealing.lock_key(pair, password)
    person = Staff(public_key=locked.public, locked_key=locked.locked, key_salt=locked.salt)
    return person, pair.private


@settings(max_examples=30)
@given(password=st.text(max_size=40), wrong=st.text(max_size=40))
def test_a_password_unlocks_and_another_does_not(password: str, wrong: str) -> None:
    person, private = someone(password)
    assert unsealing.unlock(person, password) == private
    assume(unicodedata.normalize("NFKC", password) != unicodedata.normalize("NFKC", wrong))
    with pytest.raises(CannotOpen):
        unsealing.unlock(person, wrong)


def test_a_password_typed_full_width_is_the_same() -> None:
    person, private = someone("Yunling 2026!")
    assert unsealing.unlock(person, "Ｙｕｎｌｉｎｇ　２０２６！") == private


def test_one_password_locks_two_keys_differently() -> None:
    first, _ = someone("same")
    second, _ = someone("same")
    assert first.key_salt != second.key_salt
    assert sealing.password_key("same", first.key_salt) != sealing.password_key(
        "same", second.key_salt
    )


def test_a_guess_costs_what_libsodium_calls_interactive() -> None:
    """Tests lower it (`tests.fixtures.database`); nothing that is installed may."""
    real = sealing.Cost()
    assert real.passes >= 2
    assert real.memory >= 64 * 1024 * 1024
