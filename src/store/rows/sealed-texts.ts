/** From rows to sealed texts, the same in both dialects. Pure. */
import type { SealedText } from "../port.ts";

interface Row {
  readonly endpointId: string;
  readonly sealed: string | null;
}

export function sealedTextsOf(secrets: readonly Row[], apiKeys: readonly Row[]): SealedText[] {
  const of = (kind: SealedText["kind"], rows: readonly Row[]) =>
    rows.flatMap(({ endpointId, sealed }) =>
      sealed === null ? [] : [{ kind, endpointId, sealed }],
    );
  return [...of("secret", secrets), ...of("api_key", apiKeys)];
}
