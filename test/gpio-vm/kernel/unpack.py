"""Takes the ELF out of a bzImage: the emulated processor would spend seconds on that at each boot.  unpack.py VMLINUZ OUT"""

import lzma
import subprocess
import sys


def zstd(packed):
    done = subprocess.run(["zstd", "-dcq"], input=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout


KINDS = ((b"\xfd7zXZ\0", lambda packed: lzma.LZMADecompressor().decompress(packed)), (b"(\xb5/\xfd", zstd))


def find_elf(image):
    for magic, unpack in KINDS:
        at = image.find(magic)
        while at >= 0:
            try:
                unpacked = unpack(image[at:])
            except lzma.LZMAError:
                unpacked = b""
            if unpacked[:4] == b"\x7fELF":
                return unpacked
            at = image.find(magic, at + 1)
    sys.exit("no ELF in " + sys.argv[1])


with open(sys.argv[1], "rb") as packed_file:
    elf = find_elf(packed_file.read())
with open(sys.argv[2], "wb") as out:
    out.write(elf)
