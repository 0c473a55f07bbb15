// @ts-check

/** Line icons on a 24 × 24 grid, drawn in the colour of the text around them. */
const paths = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  alert: 'M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2v.3',
  question: 'M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1v.5M12 17.6v.3',
  pencil: 'M4 20l1-4L16.5 4.5l3 3L8 19l-4 1zM14 7l3 3',
  scan: 'M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16',
  back: 'M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6',
  stop: 'M6 12h12',
  camera: 'M4 8h3l1.5-2.5h7L17 8h3v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4',
  card: 'M3.5 6.5h17v11h-17zM3.5 10h17M6.5 14.5h4',
  cash: 'M3 7h18v10H3zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M6 10v.1M18 14v.1',
  wait: 'M12 3a9 9 0 1 1-9 9',
  link: 'M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M10 16.5a3 3 0 0 1 4 0M12 19.6v.2',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2',
  printer: 'M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z',
  list: 'M8.5 6h11M8.5 12h11M8.5 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1',
  receipt: 'M6 3.5v17l2-1.5 2 1.5 2-1.5 2 1.5 2-1.5 2 1.5v-17zM9 8.5h6M9 12.5h6',
  scales: 'M12 4v16M8 20h8M5 7h14M5 7l-2.5 6h5zM19 7l-2.5 6h5z',
  lamp: 'M9.5 18h5M10 21h4M12 3a6 6 0 0 0-3.5 10.9c.7.5 1 1.2 1 2.1h5c0-.9.3-1.6 1-2.1A6 6 0 0 0 12 3z',
  erase: 'M9 6h11v12H9l-6-6 6-6zM12 9.5l5 5M17 9.5l-5 5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2',
  meal: 'M7 3v18M4.5 3v4a2.5 2.5 0 0 0 5 0V3M17 21v-7h-2.5c0-6 1-9.5 2.5-11v11',
  bed: 'M3 19v-6h18v6M3 13V6M21 13v-1a3 3 0 0 0-3-3h-7v4M7.5 11a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8M3 17h18',
  bag: 'M5 8h14l1 12H4L5 8zM8.5 11V7a3.5 3.5 0 0 1 7 0v4',
  boat: 'M3 15h18l-2.5 5h-13zM6 15v-4h9l3 4M9 11V6h3v5M12 6l3 2',
  car: 'M3 16v-4l2-5h11l3 4 2 1v4h-2M3 16h2M9 16h6M4.5 12h14M7 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4M17 18a2 2 0 1 0 0-4 2 2 0 0 0 0 4',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2',
};

/** @typedef {keyof typeof paths} IconName */

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * An icon beside words that say the same, hidden from screen readers.
 *
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
