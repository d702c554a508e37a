import assert from 'node:assert/strict';

import outcomes from '../../../bot/pages/outcomes.json' with { type: 'json' };
import { paintOutcome } from '../../../bot/pages/paint.ts';
import type { Reply } from './edge.ts';
import { PageClient, titleOf } from './page-client.ts';
import { anOpenLink, LINK } from './page-flow.ts';

const SPANISH_BROWSER = { 'accept-language': 'es-MX,es;q=0.9,en;q=0.5' };
const ENGLISH_BROWSER = { 'accept-language': 'en-US,en;q=0.9,es;q=0.5' };

const languageOf = ({ text }: Reply): string => /<html lang="([^"]*)">/.exec(text)?.[1] ?? '';

describe('the language of the sign-in pages', () => {
  let page: PageClient;

  beforeEach(async () => {
    page = await PageClient.open();
  });
  afterEach(() => page.close());

  const look = (headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
    page.get(`/auth/sign-in?s=${LINK}`, { headers });

  it('is that of the person the link is for, whatever the browser likes', async () => {
    page.flow.link = anOpenLink({
      locale: 'es-ES',
      subjects: [
        { roleName: 'Security Reader', scopeName: 'Whole tenant', duration: 'PT2H', requesterName: 'Ana' },
        { roleName: 'sg-payments', scopeName: 'Group membership', duration: null, requesterName: null },
      ],
    });
    const reply = await look(ENGLISH_BROWSER);
    assert.deepEqual([languageOf(reply), titleOf(reply)], ['es', 'Inicia sesión para continuar']);
    const lines = [...reply.text.matchAll(/<(?:p|li)>(.*?)<\/(?:p|li)>/g)].map(([, line = '']) =>
      line.replace(/<[^>]+>/g, ''),
    );
    assert.deepEqual(lines, [
      'Pimlico · Acceso con privilegios en Microsoft Teams',
      'Este inicio de sesión es para Alex Wilber y para nadie más.',
      'Cuando hayas iniciado sesión, Pimlico seguirá con tu activación:',
      'Security Reader en todo el inquilino durante 2 horas, solicitado por Ana',
      'sg-payments en Pertenencia al grupo',
      'El enlace funciona una sola vez, hasta: lun 23 nov, 09:05 (Europe/Madrid).',
      '¿Te ha enviado otra persona este enlace? Entonces cierra esta página: todavía no ha pasado nada.',
      'Esta página nunca pide una contraseña. Solo la pide el inicio de sesión de Microsoft.',
    ]);
    const english = await PageClient.open();
    const their = await english.get(`/auth/sign-in?s=${LINK}`, { headers: SPANISH_BROWSER });
    await english.close();
    assert.deepEqual([languageOf(their), titleOf(their)], ['en', 'Sign in to continue']);
  });

  it('stays theirs through the whole sign-in, and when the link is over', async () => {
    page.flow.link = anOpenLink({ locale: 'es-ES' });
    const going = await page.submit(`s=${LINK}`, ENGLISH_BROWSER);
    assert.deepEqual([languageOf(going), titleOf(going)], ['es', 'Vamos al inicio de sesión']);
    const cookie = String((going.headers['set-cookie'] as string[])[0]).split(';')[0] ?? '';
    const again = await page.submit(`s=${LINK}`, ENGLISH_BROWSER);
    assert.deepEqual([again.status, titleOf(again)], [410, 'Este enlace ya se ha usado']);
    const last = await page.comeBack(`code=abc&state=${page.flow.started[0]?.state}`, cookie);
    assert.deepEqual([languageOf(last), titleOf(last)], ['es', 'Sesión iniciada']);
    page.flow.link = { kind: 'closed', why: 'expired' };
    page.flow.locale = 'es-ES';
    const over = await look(ENGLISH_BROWSER);
    assert.deepEqual([over.status, titleOf(over)], [410, 'Este enlace ha caducado']);
  });

  it('is what the browser likes where nobody is known', async () => {
    const replies = [
      await page.get(`/auth/sign-in?s=${'f'.repeat(32)}`, { headers: SPANISH_BROWSER }),
      await page.get('/auth/nothing', { headers: SPANISH_BROWSER }),
      await page.get('/auth/callback?state=x', { headers: SPANISH_BROWSER }),
      await page.get('/auth/sign-in', { headers: { ...SPANISH_BROWSER, host: 'evil.example' } }),
      await page.submit(`s=${LINK}`, { ...SPANISH_BROWSER, 'content-type': 'text/plain' }),
    ];
    assert.deepEqual(replies.map(languageOf), ['es', 'es', 'es', 'es', 'es']);
    assert.equal(titleOf(await page.get('/auth/nothing', { headers: ENGLISH_BROWSER })), 'Page not found');
  });

  it('is English for a browser that says nothing, or nothing that can be read', async () => {
    for (const header of ['', 'de-DE,fr;q=0.5', 'es;q=x', '<script>', `${'x,'.repeat(5_000)}es`]) {
      assert.equal(languageOf(await page.get('/auth/nothing', { headers: { 'accept-language': header } })), 'en');
    }
  });

  it('says every outcome in both languages, and nothing in one that is of the other', () => {
    for (const name of Object.keys(outcomes) as (keyof typeof outcomes)[]) {
      const english = paintOutcome(name, { locale: 'en-GB' });
      const spanish = paintOutcome(name, { locale: 'es-ES' });
      assert.equal(english.status, spanish.status);
      const lines = ({ markup }: { markup: string }): string[] => [
        ...(markup.match(/<(?:p|h1)>.*?<\/(?:p|h1)>/g) ?? []),
      ];
      assert.deepEqual(
        lines(spanish).filter((line) => lines(english).includes(line)),
        [],
        name,
      );
    }
  });
});
