import { strictObject } from '../schema.ts';
import { header } from './message-header.ts';

/** The box asks the operator's clock; the answer bounds the box's error by half the round trip. */
export const ClockQuerySchema = strictObject(header('clock.query'));

/** The box asks for the terms of its merchant, after every connect and now and then. */
export const TermsQuerySchema = strictObject(header('terms.query'));
