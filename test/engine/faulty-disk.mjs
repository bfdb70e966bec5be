// Loaded into a process under test (`node --import`): a disk that is full, may only be read, fails, or is written to by somebody else.
// CETERIS_DISK = full:BYTES (writes fail once so many bytes are written) | read-only | fails:CODE (opening a file to write) | changing
// (a file of the folder grows by a byte each time that it is opened and read)
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [kind, amount] = (process.env.CETERIS_DISK ?? '').split(':');
const folder = process.env.CETERIS_DISK_UNDER ?? '';
const failure = (code, path) => Object.assign(new Error(`${code}: made up, '${path}'`), { code, path });

if (kind === 'full') {
  let left = Number(amount);
  const write = fs.writeSync;
  fs.writeSync = (fd, buffer, offset, length, ...rest) => {
    if (fd <= 2) return write(fd, buffer, offset, length, ...rest);
    if (left <= 0) throw failure('ENOSPC', `descriptor ${fd}`);
    const n = Math.min(length ?? buffer.length, left); // a full disk takes a part first
    left -= n;
    return write(fd, buffer, offset, n, ...rest);
  };
}

const isUnder = (path) => typeof path === 'string' && path.startsWith(folder);

if (kind === 'fails') {
  const open = fs.openSync;
  fs.openSync = (path, flags, ...rest) => {
    const writes = typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & 3) !== 0;
    if (isUnder(path) && writes) throw failure(amount, path);
    return open(path, flags, ...rest);
  };
}

if (kind === 'changing') {
  const { openSync: open, readSync: read, appendFileSync: append } = fs;
  const paths = new Map();
  fs.openSync = (path, ...rest) => {
    const fd = open(path, ...rest);
    paths.set(fd, path);
    return fd;
  };
  fs.readSync = (fd, ...rest) => {
    const count = read(fd, ...rest);
    if (isUnder(paths.get(fd))) append(paths.get(fd), '1');
    paths.delete(fd);
    return count;
  };
}

if (kind === 'read-only') {
  const guard = (name, writes) => {
    const real = fs[name];
    fs[name] = (path, ...rest) => {
      if (isUnder(path) && writes(...rest)) throw failure('EROFS', path);
      return real(path, ...rest);
    };
  };
  guard('openSync', (flags) => (typeof flags === 'string' ? /[wa+]/.test(flags) : (flags & 3) !== 0));
  for (const name of ['mkdirSync', 'renameSync', 'linkSync', 'unlinkSync', 'utimesSync']) guard(name, () => true);
}

syncBuiltinESMExports();
