"""Opening: the other half of `domain.sealing`, for whoever holds the right key.

Nothing here knows where a key comes from. Staff come to theirs in `admin.unsealing`; a reporter's
receipt gives theirs in `portal.receipts`. Import contracts name who may import this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from domain.sealing import unpad


class CannotOpen(Exception):
    """The key does not fit, or what it should open was changed."""


def open_box(key: bytes, boxed: bytes) -> bytes:
    """Open what `sealing.box` locked.

    Raises:
        CannotOpen: the key is wrong or the box was changed.
    """
    try:
        return SecretBox(key).decrypt(boxed)
    except CryptoError as error:
        raise CannotOpen from error


def open_seal(private_key: bytes, sealed: bytes) -> bytes:
    """Open what `sealing.seal` sealed; the padding comes off.

    Raises:
        CannotOpen: the key is wrong, the envelope was changed, or was never padded: whoever has a
            public key, a public site taken over among them, can seal anything to it.
    """
    try:
        return unpad(open_key(private_key, sealed))
    except ValueError as error:
        raise CannotOpen from error


def open_key(private_key: bytes, sealed: bytes) -> bytes:
    """Open what `sealing.seal_key` sealed.

    Raises:
        CannotOpen: the key is wrong or the envelope was changed.
    """
    try:
        return SealedBox(PrivateKey(private_key)).decrypt(sealed)
    except CryptoError as error:
        raise CannotOpen from error


def open_file(key: bytes, chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Decrypt a file of `sealing.FileSealer` chunk by chunk; the padding stays behind.

    Args:
        key: the file's own key, 32 bytes.
        chunks: the encrypted chunks, in order.
        size: the true size in bytes.

    Raises:
        CannotOpen: a chunk was changed, moved, cut off or added, or there is less than ``size``.
            What came before has been given out by then: the caller must not take it for the whole.
    """
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header_length = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
    final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
    left, tag, started = size, None, False
    for chunk in chunks:
        data = chunk
        if tag == final:
            raise CannotOpen
        try:
            if not started:
                bindings.crypto_secretstream_xchacha20poly1305_init_pull(
                    state, data[:header_length], key
                )
                data, started = data[header_length:], True
            plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, data, None)
        except CryptoError as error:
            raise CannotOpen from error
        if left:
            yield plain[:left]
            left -= min(left, len(plain))
    if tag != final or left:
        raise CannotOpen
