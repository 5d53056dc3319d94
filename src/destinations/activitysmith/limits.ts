/**
 * How many calls a minute the API allows an account, each feature counted apart (its OpenAPI
 * document, September 2026).
 */
import type { Feature } from "../../model/command.ts";

export const CALLS_PER_MINUTE_OF: Readonly<Record<Feature, number>> = {
  notifications: 60,
  "live-activities": 300,
  metrics: 300,
  badges: 60,
};
