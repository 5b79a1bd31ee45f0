#!/bin/sh
# Builds Linux for the machine from Debian's linux-source-6.12: `guests/linux/build.sh [FOLDER]`, or
# build/linux. Needs gcc-riscv64-linux-gnu, make, bc, flex, bison, xz-utils; four minutes of a core
# or more, and 2 GB of disk, most of it in the folder's `work`, which may be deleted then.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here/../../build/linux}
source=/usr/src/linux-source-6.12.tar.xz
for tool in riscv64-linux-gnu-gcc make bc flex bison xz; do
  command -v $tool >/dev/null || { echo "guest:linux needs $tool" >&2; exit 1; }
done
[ -e $source ] || { echo "guest:linux needs $source, of Debian's linux-source-6.12" >&2; exit 1; }
mkdir -p "$to/work"
to=$(cd "$to" && pwd)
work=$to/work
tree=$work/linux-source-6.12
[ -e "$tree/Makefile" ] || tar -xJf $source -C "$work"
kernel() {
  # what a build would note of its surroundings is fixed: the same sources give the same Image
  make -C "$tree" -s -j"$(nproc)" O="$work/out" ARCH=riscv CROSS_COMPILE=riscv64-linux-gnu- \
    KBUILD_BUILD_VERSION=1 KBUILD_BUILD_TIMESTAMP=2025-01-01 KBUILD_BUILD_USER=lockstep KBUILD_BUILD_HOST=lockstep "$@"
}
kernel nommu_virt_defconfig
kernel headers
riscv64-linux-gnu-gcc -march=rv32ima -mabi=ilp32 -Os -Wall -static-pie -fPIE \
  -fvisibility=hidden -nostdlib -nostdinc -ffreestanding -fno-stack-protector \
  -fno-asynchronous-unwind-tables -I"$work/out/usr/include" \
  -include "$tree/tools/include/nolibc/nolibc.h" \
  -Wl,--build-id=none,--no-dynamic-linker,-z,norelro "$here/init.c" -o "$work/init"
riscv64-linux-gnu-strip "$work/init"
{ cat "$here/initramfs.list"; echo "file /init $work/init 755 0 0"; } >"$work/initramfs.list"
{ cat "$here/kernel.config"; echo "CONFIG_INITRAMFS_SOURCE=\"$work/initramfs.list\""; } \
  >"$work/kernel.config"
(cd "$tree" && scripts/kconfig/merge_config.sh -m -O "$work/out" "$work/out/.config" \
  "$work/kernel.config" >/dev/null)
kernel olddefconfig
kernel Image
cp "$work/out/arch/riscv/boot/Image" "$to/Image"
ls -l "$to/Image"
