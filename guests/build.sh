#!/bin/sh
# Builds the guests into a folder: `guests/build.sh [FOLDER]`, the one of the repository if none is
# given. Needs Debian's gcc-riscv64-unknown-elf and picolibc-riscv64-unknown-elf.
set -eu
cd "$(dirname "$0")"
to=${1:-built}
gcc=riscv64-unknown-elf-gcc
flags="--specs=picolibc.specs -mabi=ilp32 -mcmodel=medany -O2 -Wall -Wextra -Werror -std=c11
  -ffunction-sections -fdata-sections -ffreestanding -fno-builtin-printf -Iruntime"
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
mkdir -p "$to"
# rv32ima_zicsr would silently take the libraries of 64 bits: C knows no Zicsr
$gcc -march=rv32im_zicsr -mabi=ilp32 -c runtime/start.S -o "$objects/start.o"
for part in machine virtio disk network input; do
  $gcc -march=rv32im $flags -c "runtime/$part.c" -o "$objects/$part.o"
done
for source in *.c; do
  guest=${source%.c}
  $gcc -march=rv32im $flags -c "$source" -o "$objects/guest.o"
  (cd "$objects" && $gcc -march=rv32im -mabi=ilp32 --specs=picolibc.specs -nostartfiles -static \
    -Wl,--gc-sections,--build-id=none,--no-warn-rwx-segments -T "$OLDPWD/runtime/guest.ld" \
    start.o guest.o machine.o virtio.o disk.o network.o input.o -o guest.elf)
  riscv64-unknown-elf-strip --strip-all "$objects/guest.elf" -o "$to/$guest.elf"
done
