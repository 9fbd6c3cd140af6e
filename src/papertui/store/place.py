"""The place of the library: what stands at its path, and whether that is on another machine's disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from papertui.store.errors import DamagedError, StoreError

NETWORK = frozenset(
    {
        "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4",
        "ocfs2", "orangefs", "prl_fs", "pvfs2", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
        "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.juicefs", "fuse.rclone", "fuse.s3fs", "fuse.s3ql",
        "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "fuse.curlftpfs", "fuse.onedriver", "fuse.mfs",
    }
)  # fmt: skip
"""File systems that several machines (or a machine and its host) may have open at once, by their name in the mount table.
A write-ahead log needs memory that all processes share, so it "does not work over a network filesystem" (sqlite.org/wal.html)."""

MOUNTS = Path("/proc/self/mountinfo")


def size_of(path: Path) -> int | None:
    """Bytes of the library's file, None where there is none. StoreError where what stands there is no file, or cannot be looked at."""
    try:
        known = os.stat(path)  # noqa: PTH116 - on every start; pathlib takes twice as long
    except FileNotFoundError:
        if path.is_symlink():
            raise StoreError(
                f"{path}: is a link to {os.path.realpath(path)}, which is not there; is a disk not mounted? Else remove the link"
            ) from None
        return None
    except OSError as error:
        raise StoreError(f"{path}: cannot be looked at ({error.strerror or error}); look at the permissions of its folder") from error
    if not stat.S_ISREG(known.st_mode):
        raise StoreError(f"{path}: is {_kind(known.st_mode)}, not a library; move it aside or choose another --home")
    if known.st_size == 0:
        _require_new(path)
    return known.st_size


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _require_new(path: Path) -> None:
    """An empty file is a library that was never begun, unless something says that it once held papers."""
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size and not path.stat().st_size:  # not just begun by another process
        raise DamagedError(
            f"{path}: is empty, though its log beside it is not; keep both, and papertui restore FILE puts a backup in its place"
        )
    if backups_of(path):
        raise DamagedError(
            f"{path}: is empty, though there are backups; papertui restore FILE puts one back; to start anew remove the file"
        )


def backup_folder(path: Path) -> Path:
    """Where `papertui backup` writes."""
    return path.parent / "backups"


def backups_of(path: Path) -> list[Path]:
    """Copies of the library that papertui made, oldest name first: of `backup`, and those made before an upgrade of its schema."""
    found = [file for file in backup_folder(path).glob("*.db") if file.is_file()]
    return [*sorted(path.parent.glob(f"{path.name}.v*[0-9]")), *sorted(found)]


def network_of(path: Path) -> str | None:
    """The kind of network file system that holds `path` (the file or its folder exists), None where it is local or unknown.

    Known on Linux from the mount table; on Windows shares are known by their name; elsewhere nothing is known.
    """
    text = str(path)
    if os.name == "nt":
        return "a share" if text.startswith("\\\\") else None
    try:
        known = os.stat(path if path.exists() else path.parent)  # noqa: PTH116
        if is_disk(known.st_dev):
            return None
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = file_system(mounts, os.path.realpath(path))
    return kind if kind in NETWORK else None


def is_disk(device: int) -> bool:
    """Whether a device number is of a disk of this machine's: network file systems have none, and get a number of major 0."""
    return os.major(device) != 0


def file_system(mountinfo: str, path: str) -> str:
    """The kind of file system that holds an absolute path without links, by the text of /proc/self/mountinfo (proc(5)). Pure.

    The longest mount point above the path holds; of several at one place the last, which covers the others. Empty where none is found.
    """
    import re  # on network file systems and their like only

    best, found = -1, ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.partition(" ")[0]
        if len(fields) < 5 or not kind:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])
        inside = point == "/" or path == point or path.startswith(f"{point}/")
        if inside and len(point) >= best:
            best, found = len(point), kind
    return found
