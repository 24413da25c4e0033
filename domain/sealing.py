"""Sealing: everything that closes an envelope, and nothing that opens one.

The public site works with this module alone (design §4). What a report says is sealed to the
report's own key; that key is sealed to the office that receives it and boxed for the reporter
under a key derived from the receipt. libsodium by PyNaCl; no cryptography of our own.

Sizes are padded, so that a copied database does not tell a short note from a long one.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nacl import bindings, hash as nacl_hash, pwhash, utils
from nacl.encoding import RawEncoder
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

CHUNK = 64 * 1024
_SMALLEST = 1024
# Without I, L, O and U: read aloud or copied by hand, no character is taken for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_LENGTH = 20
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# The receipt is 100 random bits, so a fixed salt gives nothing away and lets it be found again.
_RECEIPT_SALT = b"mingquan-receipt"


@dataclass(frozen=True)
class Cost:
    """What one guess costs whoever guesses: Argon2id passes and bytes of memory."""

    passes: int = pwhash.argon2id.OPSLIMIT_INTERACTIVE
    memory: int = pwhash.argon2id.MEMLIMIT_INTERACTIVE


# Replaced in tests only; an installation cannot lower it.
cost = Cost()


@dataclass(frozen=True)
class KeyPair:
    """An X25519 key pair, 32 bytes each."""

    public: bytes
    private: bytes = field(repr=False)


@dataclass(frozen=True)
class LockedKey:
    """A key pair whose private half is boxed under a password (Argon2id)."""

    public: bytes
    locked: bytes = field(repr=False)
    salt: bytes = field(repr=False)


@dataclass(frozen=True)
class ReceiptKeys:
    """What a receipt is turned into: a value to look it up by and a key that opens the copy."""

    lookup: bytes
    box: bytes = field(repr=False)


def new_key_pair() -> KeyPair:
    """A fresh X25519 key pair."""
    private = PrivateKey.generate()
    return KeyPair(bytes(private.public_key), bytes(private))


def public_of(private_key: bytes) -> bytes:
    """The public half that belongs to a private key."""
    return bytes(PrivateKey(private_key).public_key)


def padded_length(length: int) -> int:
    """The size an envelope of ``length`` bytes grows to: at least 1 KiB, then Padmé's steps.

    Padmé (Nikitin and others, PURBs, 2019) keeps only the upper bits of the length: at most 12 %
    more bytes, and only O(log log n) bits of the size remain visible.
    """
    if length <= _SMALLEST:
        return _SMALLEST
    exponent = length.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Pad by ISO/IEC 7816-4 (0x80, then zeros) to `padded_length`."""
    return (data + b"\x80").ljust(padded_length(len(data) + 1), b"\0")


def unpad(data: bytes) -> bytes:
    """Take the padding off again.

    Raises:
        ValueError: there is none.
    """
    content, mark, zeros = data.rpartition(b"\x80")
    if not mark or zeros.strip(b"\0"):
        raise ValueError("not padded")
    return content


def seal(public_key: bytes, data: bytes) -> bytes:
    """Seal bytes to a public key; only its private half opens them. Padded."""
    return SealedBox(PublicKey(public_key)).encrypt(pad(data))


def seal_key(public_key: bytes, private_key: bytes) -> bytes:
    """Seal a 32-byte key to a public key. Keys are all of one size and need no padding."""
    return SealedBox(PublicKey(public_key)).encrypt(private_key)


def box(key: bytes, data: bytes) -> bytes:
    """Lock bytes under a symmetric key of 32 bytes."""
    return bytes(SecretBox(key).encrypt(data))


def new_salt() -> bytes:
    """Sixteen random bytes for a password."""
    return utils.random(pwhash.argon2id.SALTBYTES)


def password_key(password: str, salt: bytes) -> bytes:
    """The key that a password and its salt give (Argon2id, 32 bytes). Deliberately slow."""
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE,
        unicodedata.normalize("NFKC", password).encode(),
        salt,
        opslimit=cost.passes,
        memlimit=cost.memory,
    )


def lock_key(pair: KeyPair, password: str) -> LockedKey:
    """Lock a private key under a password."""
    salt = new_salt()
    return LockedKey(pair.public, box(password_key(password, salt), pair.private), salt)


def new_letters(count: int) -> str:
    """Random letters of the alphabet, 5 bits each, as groups of four: ``7K3M-…``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(count))
    return _grouped(letters)


def letters_of(key: str, text: str, count: int) -> str:
    """Letters that only whoever knows the key can make of a text, always the same: 5 bits each."""
    digest = hashlib.blake2b(text.encode(), key=key.encode()[:64], digest_size=count).digest()
    return _grouped("".join(ALPHABET[byte % len(ALPHABET)] for byte in digest))


def read_letters(text: str, count: int) -> str | None:
    """The canonical form of what somebody typed, or None when it cannot be so many letters.

    Full-width letters, small letters, spaces and any dashes are accepted, and so are the letters
    the alphabet leaves out because they look like digits.
    """
    typed = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES)
    letters = "".join(c for c in typed if c.isalnum())
    if len(letters) != count or any(c not in ALPHABET for c in letters):
        return None
    return _grouped(letters)


def _grouped(letters: str) -> str:
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def new_receipt() -> str:
    """A receipt of 100 random bits."""
    return new_letters(RECEIPT_LENGTH)


def read_receipt(text: str) -> str | None:
    """The canonical form of a receipt as somebody typed it (`read_letters`), or None."""
    return read_letters(text, RECEIPT_LENGTH)


def receipt_keys(receipt: str) -> ReceiptKeys:
    """Derive look-up value and copy key from a canonical receipt. Deliberately slow (Argon2id).

    One value cannot be had from the other, so a copied database with all look-up values opens
    nothing.
    """
    master = password_key(receipt, _RECEIPT_SALT)
    return ReceiptKeys(lookup=_derive(master, b"lookup"), box=_derive(master, b"copy"))


def _derive(key: bytes, purpose: bytes) -> bytes:
    return nacl_hash.blake2b(b"", digest_size=32, key=key, person=purpose, encoder=RawEncoder)


def session_keys(token: bytes) -> tuple[bytes, bytes]:
    """From a cookie's random token: the id that finds the row, and the key that opens it."""
    return _derive(token, b"session-id"), _derive(token, b"session-key")


class FileSealer:
    """Encrypts one file as it streams in, 64 KiB at a time, under a key of its own.

    The chunks form one libsodium secretstream: reordered, cut or exchanged chunks do not open.
    After `finish` the last chunks are padding, so that only the padded size can be seen.
    """

    def __init__(self) -> None:
        self.key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        self.size = 0
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        self._header = bindings.crypto_secretstream_xchacha20poly1305_init_push(
            self._state, self.key
        )
        self._rest = bytearray()

    def add(self, data: bytes) -> Iterator[bytes]:
        """Take in bytes; give out the encrypted chunks that are full. Nothing happens unread."""
        self.size += len(data)
        for start in range(0, len(data), CHUNK):
            self._rest += data[start : start + CHUNK]
            if len(self._rest) > CHUNK:
                yield self._take(CHUNK, last=False)

    def finish(self) -> Iterator[bytes]:
        """Give out what is left, padded; the last chunk is marked as the last."""
        self._rest += b"\x80"
        missing = padded_length(self.size + 1) - self.size - 1
        while len(self._rest) + missing > CHUNK:
            zeros = max(CHUNK - len(self._rest), 0)
            self._rest += bytes(zeros)
            missing -= zeros
            yield self._take(CHUNK, last=False)
        self._rest += bytes(missing)
        yield self._take(CHUNK, last=True)

    def _take(self, length: int, *, last: bool) -> bytes:
        piece = bytes(self._rest[:length])
        del self._rest[:length]
        return self._push(piece, last=last)

    def _push(self, data: bytes, *, last: bool) -> bytes:
        tag = (
            bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if last
            else bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
        header, self._header = self._header, b""
        return header + bindings.crypto_secretstream_xchacha20poly1305_push(
            self._state, data, None, tag
        )


def seal_file(pieces: Iterable[bytes]) -> tuple[FileSealer, Iterator[bytes]]:
    """Encrypt a file piece by piece. Read ``sealer.key`` and ``sealer.size`` when it is done."""
    sealer = FileSealer()

    def chunks() -> Iterator[bytes]:
        for piece in pieces:
            yield from sealer.add(piece)
        yield from sealer.finish()

    return sealer, chunks()
