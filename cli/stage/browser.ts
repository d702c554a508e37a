import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The system's Chromium; null where there is none. */
export function findChromium(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}

/** Starts Chromium without a window and without calls of its own to the outside. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // A process for each page, and one more in reserve, is most of what a page of ours costs.
      '--renderer-process-limit=1',
      '--disable-site-isolation-trials',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A Playground page in a browser: one person's chat with the bot. */
export class ChatPage {
  readonly page: Page;
  /** Where sentences are typed; cards have text boxes too. */
  readonly #compose: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.#compose = page.locator('[data-lexical-editor="true"]');
  }

  static async open(browser: Browser, url: string, options: { readonly scale?: number } = {}): Promise<ChatPage> {
    const page = await browser.newPage({
      viewport: { width: 1200, height: 1600 },
      deviceScaleFactor: options.scale ?? 1,
      timezoneId: 'Europe/Madrid',
    });
    // Its fonts are on a server that may be out of reach; nothing waits for them then.
    await page.route(
      (address) => address.hostname !== '127.0.0.1',
      (route) => route.abort(),
    );
    await page.goto(url);
    const chat = new ChatPage(page);
    await chat.#compose.waitFor();
    return chat;
  }

  async say(sentence: string): Promise<void> {
    await this.#compose.click();
    await this.page.keyboard.type(sentence);
    await this.page.keyboard.press('Enter');
  }

  /** The newest card that shows the text, once there is one. */
  async card(text: string, timeoutMs = 20_000): Promise<Locator> {
    const card = this.page.locator('.ac-adaptiveCard', { hasText: text }).last();
    await card.waitFor({ timeout: timeoutMs });
    return card;
  }
}
