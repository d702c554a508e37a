import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Letters only, or an international one in its ASCII form: nothing that could be a number. */
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
/** Of a name in DNS. */
const MOST_CHARACTERS = 253;

/**
 * Says what keeps a text from being the public host name of a bot, or null when nothing does. A manifest holds the bare name,
 * and a wrong one shows only when people sign in: each slip is told by its own words.
 */
export function domainProblem(text: string): string | null {
  if (text === '') {
    return 'is missing: the public host name of the bot, such as pimlico.contoso.com';
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return 'must be the bare host name: leave out the scheme in front (https://)';
  }
  if (isIP(text.replace(/^\[|\]$/g, '')) !== 0) {
    return 'must be a host name: Teams does not sign people in at an IP address';
  }
  if (/[/\\?#@]/.test(text)) {
    return 'must be the bare host name: leave out path, query and user';
  }
  if (/:\d*$/.test(text)) {
    return 'must be the bare host name: leave out the port, Teams uses 443';
  }
  return nameProblem(text);
}

function nameProblem(text: string): string | null {
  if (/[^\p{ASCII}]/u.test(text)) {
    const ascii = domainToASCII(text);
    return `must be in ASCII${ascii === '' ? '' : `: write ${ascii}`}`;
  }
  if (text.endsWith('.')) {
    return 'must not end with a dot';
  }
  if (text !== text.toLowerCase()) {
    return `must be in lower case: write ${text.toLowerCase()}`;
  }
  const labels = text.split('.');
  const isName = labels.every((label) => LABEL.test(label)) && TOP_LABEL.test(labels.at(-1) ?? '');
  return isName && labels.length > 1 && text.length <= MOST_CHARACTERS
    ? null
    : 'must be a public host name such as pimlico.contoso.com';
}
