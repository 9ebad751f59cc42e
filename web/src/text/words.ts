// The page's own words, and numbers as each language writes them.

import type { Lang, Said } from "../data/types";

export const WORDS = {
  skip: ["Ir a la tabla (lo mismo que el mapa, en texto)", "Go to the table (the same as the map, as text)"],
  invented: ["País inventado: ninguna cifra es real", "Invented country: no figure is real"],
  search: ["Buscar municipio", "Search a municipality"],
  searchHint: ["Nombre o clave", "Name or code"],
  searchNone: ["Nada con ese nombre", "Nothing by that name"],
  found: ["resultados", "results"],
  layers: ["Capas", "Layers"],
  zoneLayer: ["Zonas en el mapa", "Zones on the map"],
  none: ["Ninguna", "None"],
  over: ["Encima", "On top"],
  legend: ["Leyenda", "Legend"],
  pinsTold: ["Lugar por prioridad; igual número, empate", "Rank by priority; the same number is a tie"],
  pinsJoined: ["Lugar por prioridad; igual número, empate; toque un pin con varios para separarlos", "Rank by priority; the same number is a tie; click a pin with several to part them"],
  legendHint: ["Quite una clase para ocultarla; a la derecha, cuántas hay con el filtro.", "Untick a class to hide it; on the right, how many there are under the filter."],
  by: ["Colorear por", "Colour by"],
  byOwn: ["La clasificación de la capa", "The layer's own classes"],
  basemap: ["Mapa de fondo", "Background map"],
  basemapSees: ["Ese servidor ve qué lugares mira usted aquí.", "That server sees which places you look at here."],
  filter: ["Filtrar", "Filter"],
  state: ["Estado", "State"],
  route: ["Ruta", "Route"],
  all: ["Todos", "All"],
  allRoutes: ["Todas", "All"],
  clear: ["Quitar filtros", "Clear filters"],
  shown: ["se muestran", "shown"],
  of: ["de", "of"],
  runs: ["Corridas", "Runs"],
  run: ["Corrida", "Run"],
  oneRun: ["Se guarda una sola corrida; con dos o más, aquí se comparan.", "Only one run is kept; with two or more, compare them here."],
  against: ["Comparar con", "Compare with"],
  noCompare: ["Sin comparar", "No comparison"],
  before: ["Antes", "Before"],
  after: ["Después", "After"],
  entered: ["Nuevos puntos calientes", "New hot spots"],
  left: ["Dejan de ser puntos calientes", "No longer hot spots"],
  changedRows: ["Cambian de clase", "Change class"],
  changeSince: ["Qué cambió desde la corrida", "What changed since run"],
  changeUntil: ["Qué cambió hasta la corrida", "What changed up to run"],
  details: ["Detalles", "Details"],
  close: ["Cerrar", "Close"],
  allFields: ["Todos los datos", "All data"],
  about: ["Sobre la capa", "About the layer"],
  caveats: ["Tenga en cuenta", "Bear in mind"],
  sources: ["Fuentes", "Sources"],
  date: ["Fecha de los datos", "Date of the data"],
  licence: ["Licencia", "Licence"],
  contact: ["Contacto", "Contact"],
  published: ["Publicado", "Published"],
  noValue: ["sin dato", "no data"],
  table: ["Tabla", "Table"],
  tableOf: ["Tabla de", "Table of"],
  download: ["Descargar CSV", "Download CSV"],
  print: ["Imprimir", "Print"],
  share: ["Copiar enlace", "Copy link"],
  copied: ["Enlace copiado", "Link copied"],
  notCopied: ["El navegador no deja copiar; el enlace está en la barra de direcciones.", "The browser does not let us copy; the link is in the address bar."],
  previous: ["Anteriores", "Previous"],
  next: ["Siguientes", "Next"],
  rows: ["filas", "rows"],
  goto: ["Ver en el mapa", "Show on the map"],
  map: ["Mapa", "Map"],
  mapHint: ["Mapa. Flechas para moverlo, + y − para acercar. Todo lo que muestra está también en la tabla.", "Map. Arrow keys to move, + and − to zoom. All it shows is in the table too."],
  noMap: ["Este navegador no puede dibujar el mapa (le falta WebGL). La tabla, la búsqueda y los detalles funcionan.", "This browser cannot draw the map (it lacks WebGL). Table, search and details work."],
  profile: ["Perfil de la ruta", "Profile of the route"],
  profileHint: ["Flechas: recorrer la ruta. Franja morada:", "Arrow keys: go along the route. Purple band:"],
  outside: ["fuera de los municipios", "outside the municipalities"],
  panel: ["Controles", "Controls"],
  language: ["Idioma", "Language"],
  zoomAll: ["Ver todo", "See all"],
  within: ["Los bordes se dibujan a menos de", "Borders are drawn to within"],
  failed: ["Los datos de la página no se pueden leer; quizá falta una parte:", "The page's data cannot be read; a part may be missing:"],
  girls: ["Niñas", "Girls"],
  boys: ["Niños", "Boys"],
  interval: ["intervalo de 95 %", "95 % interval"],
  sexes: ["Niñas y niños", "Girls and boys"],
  inShort: ["En resumen", "In short"],
  firstLook: ["Dónde actuar primero", "Where to act first"],
  zoomTo: ["Acercar donde hay más de los primeros 100", "Zoom to where most of the first 100 are"],
  gaps: ["Brechas, de la más larga a la más corta", "Gaps, longest first"],
  gapsAll: ["Todas, en la tabla", "All of them, in the table"],
  gapsWhole: ["Se cuenta la brecha entera, también fuera del estado.", "The whole gap counts, outside the state too."],
  priorityMap: ["Prioridad en las rutas", "Priority on the routes"],
  hotMap: ["Puntos calientes", "Hot spots"],
  hotHow: ["Se compara cada municipio y los colindantes (comparten frontera o un vértice) con el conjunto; el nivel es la confianza: 90, 95 o 99 %. Azul: valores bajos juntos; no significa seguro.", "Each municipality and those that share a border or a corner with it are compared with the whole; the level is the confidence: 90, 95 or 99 %. Blue: low values together; it does not mean safe."],
  hotInput: ["Se calculan con:", "They are made from:"],
  why: ["Por qué", "Why"],
  whyPlace: ["Lugar en las rutas", "Rank on the routes"],
  value: ["Valor", "Value"],
  offRoute: ["Ninguna ruta de la lista pasa por aquí. Eso no significa que sea seguro.", "No route in the list passes here. That does not mean that it is safe."],
  fromWhere: ["en línea recta, desde un punto interior del municipio", "in a straight line, from a point inside the municipality"],
  beyond: ["más lejos de lo fijado de todo sitio de la lista", "farther than set from every site of the list"],
  withheld: ["Los nombres y lugares de los servicios se callan a propósito, para protegerlos.", "Names and places of services are withheld on purpose, to protect them."],
  setBeside: ["Comparar con otro lugar", "Compare with another place"],
  besideNext: ["Elija ahora el otro lugar, en el mapa, la lista o la búsqueda.", "Now choose the other place, on the map, in the list or by search."],
  besideEnd: ["Dejar de comparar", "Stop comparing"],
  besideTitle: ["Dos lugares", "Two places"],
  sheet: ["Imprimir hoja", "Print sheet"],
  toMap: ["Mapa", "Map"],
  toFilters: ["Filtros", "Filters"],
  toFirst: ["Primeros", "First"],
  quick: ["Ir a", "Go to"],
  hint: ["Toque una zona o una ruta para saber por qué está marcada.", "Click a zone or a route to learn why it is marked."],
} as const;

export type Word = keyof typeof WORDS;

export function say(lang: Lang, word: Word): string {
  return WORDS[word][lang === "es" ? 0 : 1];
}

export function pick(said: Said, lang: Lang): string {
  return said[lang] || said[lang === "es" ? "en" : "es"];
}

/** So many of what is named, one or several. */
export function counted(value: number, one: string, many: string, lang: Lang): string {
  return `${number(value, lang)} ${value === 1 ? one : many}`;
}

/** Names as a language lists them, A, B and C, in parts: each name by its position, and what stands between (null). */
export function listed(names: string[], lang: Lang): { text: string; at: number | null }[] {
  let at = 0;
  const parts = new Intl.ListFormat(lang === "es" ? "es-MX" : "en-GB", { type: "conjunction" }).formatToParts(names);
  return parts.map(({ type, value }) => ({ text: value, at: type === "element" ? at++ : null }));
}

export function joined(names: string[], lang: Lang): string {
  return listed(names, lang).map(({ text }) => text).join("");
}

export function number(value: number, lang: Lang, decimals?: number): string {
  const digits = decimals ?? (Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2);
  // Mexico writes 1,234.5, as English does.
  return value.toLocaleString(lang === "es" ? "es-MX" : "en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A p or q value, which never is nought. */
export function chance(value: number, lang: Lang): string {
  return value < 0.001 ? `< ${number(0.001, lang, 3)}` : `= ${number(value, lang, 3)}`;
}

export function when(iso: string, lang: Lang): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(lang === "es" ? "es-MX" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }) + " UTC";
}
