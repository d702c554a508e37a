import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Makes this process trust a certificate authority beside the usual ones: every client, fetch and https alike. */
export function trustCertificateAuthority(pem: string): void {
  setDefaultCACertificates([...getCACertificates('default'), pem]);
}
