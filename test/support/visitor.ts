/** A person with a browser that has no JavaScript: follows redirects, keeps cookies, fills in the forms of a page. */
import type { Express } from 'express';
import { type HTMLElement, parse } from 'node-html-parser';
import supertest from 'supertest';

export type Fields = Record<string, string | string[]>;
export type SeenPage = {
  status: number;
  path: string;
  html: string;
  root: HTMLElement;
  headers: Record<string, string>;
  /** Text of the first element that matches, spaces made one; "" when there is none. */
  text(selector: string): string;
  all(selector: string): HTMLElement[];
};

export type Visitor = ReturnType<typeof visitor>;

export function visitor(app: Express, headers: Record<string, string> = {}) {
  const agent = supertest.agent(app);

  const pathOf = (address: string) => address.replace(/^https?:\/\/[^/]+/, '');

  async function follow(request: supertest.Test, path: string, hops = 5): Promise<SeenPage> {
    const response = await request.set(headers);
    const next = response.headers['location'];
    if (response.status >= 300 && response.status < 400 && next && hops > 0)
      return follow(agent.get(pathOf(next).replace(/#.*$/, '')), pathOf(next), hops - 1);
    const root = parse(response.text ?? '');
    return {
      status: response.status,
      path,
      html: response.text ?? '',
      root,
      headers: response.headers as Record<string, string>,
      text: (selector) => root.querySelector(selector)?.text.replace(/\s+/g, ' ').trim() ?? '',
      all: (selector) => root.querySelectorAll(selector),
    };
  }

  return {
    agent,
    get: (address: string) => follow(agent.get(pathOf(address)), pathOf(address)),
    post: (address: string, fields: Fields) =>
      follow(agent.post(pathOf(address)).type('form').send(encode(fields)), pathOf(address)),
    /**
     * Sends a form of the page as it stands, with some fields changed; [] takes one away.
     * @param button value of the button "go" that is pressed
     */
    submit(page: SeenPage, form: string, fields: Fields = {}, button: string | null = null) {
      const element = page.root.querySelector(form);
      if (!element)
        throw new Error(
          `There is no form ${form} on ${page.path} (${page.status}): ${page.text('h1')}`,
        );
      const action = element.getAttribute('action') ?? page.path;
      return follow(
        agent
          .post(action)
          .type('form')
          .send(
            encode({
              ...fieldsOfForm(element),
              ...fields,
              ...(button ? { go: button } : {}),
            }),
          ),
        action,
      );
    },
    /** Sends a form with a file: of a section, the field and the button that belong to it. */
    async upload(
      page: SeenPage,
      form: string,
      file: {
        name: string;
        content: Buffer;
        field?: string;
        go?: string;
        /** Fields before and after the file. */
        with?: Fields;
        after?: Fields;
      },
    ) {
      const element = page.root.querySelector(form);
      if (!element) throw new Error(`There is no form ${form}`);
      const action = element.getAttribute('action') ?? '';
      let request = agent.post(action);
      const go: Fields = file.go ? { go: file.go } : {};
      const fields = { ...fieldsOfForm(element), ...file.with, ...go };
      for (const [name, value] of Object.entries(fields)) request = request.field(name, value);
      const field = file.field ?? 'file';
      request = request.attach(field, file.content, { filename: file.name });
      for (const [name, value] of Object.entries(file.after ?? {}))
        request = request.field(name, value);
      return follow(request, action);
    },
  };
}

const encode = (fields: Fields): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) query.append(name, one);
  return query.toString();
};

/** What a browser would send; what lies in a template is not on the page. */
export function fieldsOfForm(form: HTMLElement): Fields {
  const fields: Fields = {};
  const add = (name: string | undefined, value: string) => {
    if (!name) return;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  };
  for (const field of form.querySelectorAll('input, select, textarea')) {
    if (field.closest('template')) continue;
    const name = field.getAttribute('name');
    const type = field.getAttribute('type');
    if (field.tagName === 'SELECT') {
      const chosen = field.querySelector('option[selected]') ?? field.querySelector('option');
      add(name, chosen?.getAttribute('value') ?? '');
    } else if (field.tagName === 'TEXTAREA') add(name, field.text);
    else if (type === 'radio' || type === 'checkbox') {
      if (field.hasAttribute('checked')) add(name, field.getAttribute('value') ?? 'on');
    } else if (type !== 'file') add(name, field.getAttribute('value') ?? '');
  }
  return fields;
}
