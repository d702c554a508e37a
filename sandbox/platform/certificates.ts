import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bitString, explicit, integer, objectId, octetString, sequence, set, utcTime, utf8 } from './der.ts';

/** What the HTTPS listeners need, and what a client must trust. */
export interface CertificateAuthority {
  /** PEM of the authority, and the file that holds it for `NODE_EXTRA_CA_CERTS`. */
  readonly caPem: string;
  readonly caFile: string;
  readonly cert: string;
  readonly key: string;
  /** Removes the file. */
  close(): Promise<void>;
}

interface CertificateOptions {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const COMMON_NAME = '2.5.4.3';
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const VALID_HOURS = 24 * 30;
const LOOPBACK = [127, 0, 0, 1];

interface Issued {
  readonly ca: string;
  readonly leaf: string;
  readonly key: string;
}

let issued: Issued | null = null;

/**
 * A certificate authority and one leaf for localhost and 127.0.0.1; valid in wall time, whatever the sandbox's clock says. One
 * for all sandboxes of a process, since each one more makes every TLS client of the process slower.
 */
export async function openCertificateAuthority(): Promise<CertificateAuthority> {
  issued ??= issue();
  const folder = await mkdtemp(join(tmpdir(), 'pimlico-sandbox-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, issued.ca);
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { caPem: issued.ca, caFile, cert: issued.leaf, key: issued.key, close };
}

function issue(): Issued {
  const caKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leafKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Trust stores find an issuer by its name: sandboxes of two processes must not share it.
  const authority = `Pimlico Sandbox Authority ${randomBytes(6).toString('hex')}`;
  const ca = certificate({
    serial: 1,
    issuer: authority,
    subject: authority,
    publicKey: caKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      extension(BASIC_CONSTRAINTS, sequence(TRUE, integer(0)), { critical: true }),
      // keyCertSign and cRLSign
      extension(KEY_USAGE, Buffer.from([0x03, 0x02, 0x01, 0x06]), { critical: true }),
    ],
  });
  const leaf = certificate({
    serial: 2,
    issuer: authority,
    subject: 'localhost',
    publicKey: leafKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      extension(BASIC_CONSTRAINTS, sequence(), { critical: true }),
      // digitalSignature
      extension(KEY_USAGE, Buffer.from([0x03, 0x02, 0x07, 0x80]), { critical: true }),
      extension(EXTENDED_KEY_USAGE, sequence(objectId(SERVER_AUTHENTICATION))),
      extension(SUBJECT_ALTERNATIVE_NAME, sequence(dnsName('localhost'), Buffer.from([0x87, 4, ...LOOPBACK]))),
    ],
  });
  const key = leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca, leaf, key };
}

/** RFC 5280, §4.1. */
function certificate(options: CertificateOptions): string {
  const now = Temporal.Now.instant();
  const body = sequence(
    explicit(0, integer(2)),
    integer(options.serial),
    ECDSA_WITH_SHA256,
    commonName(options.issuer),
    sequence(utcTime(now.subtract({ hours: 24 })), utcTime(now.add({ hours: VALID_HOURS }))),
    commonName(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...options.extensions)),
  );
  const signature = sign('sha256', body, { key: options.signingKey, dsaEncoding: 'der' });
  return pem(sequence(body, ECDSA_WITH_SHA256, bitString(signature)));
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(objectId(COMMON_NAME), utf8(name))));
}

function dnsName(name: string): Buffer {
  return Buffer.concat([Buffer.from([0x82, name.length]), Buffer.from(name, 'ascii')]);
}

function extension(id: string, value: Buffer, options: { readonly critical?: boolean } = {}): Buffer {
  return sequence(objectId(id), ...(options.critical ? [TRUE] : []), octetString(value));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
