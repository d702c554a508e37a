import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A browser of its own, and what it did that no page of ours may do. */
export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #violations: string[];
  readonly origins: Set<string>;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    this.#violations = [];
    this.origins = new Set();
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.#violations.push(message.text());
    });
    context.on('request', (sent) => this.origins.add(new URL(sent.url()).origin));
  }

  static async open(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
    return new Visitor(context, await context.newPage());
  }

  get violations(): readonly string[] {
    return this.#violations;
  }

  heading(): Promise<string> {
    return this.page.locator('h1').innerText();
  }

  async opens(address: string): Promise<number> {
    const answer = await this.page.goto(address);
    return answer?.status() ?? 0;
  }

  /** From the bot's page to the sandbox's login. */
  async goesOn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Continue to sign in' }).click();
    await this.page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  }

  async signsIn(button: 'Continue' | 'Cancel' = 'Continue', name?: string): Promise<string> {
    if (name !== undefined) await this.page.getByLabel(name).check();
    await this.page.getByRole('button', { name: button, exact: true }).click();
    await this.page.getByText('Pimlico ·').first().waitFor();
    return this.heading();
  }

  /** Signs in at the login, but does not come back: answers with the way back. */
  async stopsBeforeCallback(handle: string): Promise<string> {
    const url = new URL(this.page.url());
    url.searchParams.set('sandbox_person', handle);
    url.searchParams.set('sandbox_mfa', '1');
    const answer = await this.#context.request.get(url.href, { maxRedirects: 0 });
    return answer.headers().location ?? '';
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
