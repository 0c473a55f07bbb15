/** The browser's copy of the package `qr`, served into this folder (pages.ts). */
export { default } from 'qr';
