import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const trusted = new Set<string>();

/** Makes this process trust a certificate authority beside the usual ones: every client, fetch and https alike. */
export function trustCertificateAuthority(pem: string): void {
  if (!trusted.has(pem)) {
    trusted.add(pem);
    setDefaultCACertificates([...getCACertificates('default'), pem]);
  }
}
