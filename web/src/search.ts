// Search by name, whatever the accents.

export interface Entry {
  name: string;
  where: string;
  key: string;
}

const MOST = 12;

export function plain(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
}

/** Entries whose name or key begins with the query, then those with a word that does, then those that hold it. */
export function search(entries: Entry[], query: string): Entry[] {
  const wanted = plain(query);
  if (!wanted) return [];
  const ranked: [number, Entry][] = [];
  for (const entry of entries) {
    const name = plain(entry.name);
    const rank = name === wanted ? 0
      : name.startsWith(wanted) || entry.key.startsWith(wanted) ? 1
      : name.split(/[\s-]+/).some((word) => word.startsWith(wanted)) ? 2
      : `${name} ${plain(entry.where)}`.includes(wanted) ? 3
      : -1;
    if (rank >= 0) ranked.push([rank, entry]);
  }
  ranked.sort((a, b) => a[0] - b[0] || a[1].name.localeCompare(b[1].name, "es"));
  return ranked.slice(0, MOST).map(([, entry]) => entry);
}
