import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// the source is one folder below the package, its build two
const places = ['../docs/requirements.md', '../../docs/requirements.md'];

const requirements = (): string => {
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path));
  return found === undefined ? '' : readFileSync(found, 'utf8');
};

const plain = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[[PDXM][^\]]*\]\s*/g, '')
    .replace(/[*`]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** What a requirement says, as one paragraph without its tags; `null` if there is none. */
export const requirementText = (id: string): string | null => {
  const item = new RegExp(`^- \\*\\*${id}\\*\\*([^]*?)(?=\\n- |\\n\\n|\\n#)`, 'm');
  const text = item.exec(requirements())?.[1];
  return text === undefined ? null : plain(text);
};
