# One light Linux host: its own network, processes, names and files over this machine's files.
#   linux_host.sh NAME FILES INTERFACE ADDRESS/BITS PID
# FILES are laid over the copy of /; PID is a process in the network that INTERFACE goes to.
set -eu
name=$1 files=$2 interface=$3 address=$4

if [ "${5:-}" ]; then
  ip link add eth0 type veth peer name "$interface" netns "$5"
  ip address add "$address" dev eth0
  ip link set lo up
  ip link set eth0 up
  # Without a name of its own the network is gone with the host's last process.
  exec unshare -m -u -p -i -f --kill-child sh "$0" "$name" "$files" "$interface" "$address"
fi

hostname "$name"
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work,xino=off /mnt/root
cp -a "$files/." /mnt/root
cd /mnt/root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
  : >dev/$node
  mount --bind /dev/$node dev/$node
done
mkdir dev/pts dev/shm run/sshd run/lock
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir -p .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
cd /
exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
