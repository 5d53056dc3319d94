/** A route of one's own that believes nobody but Vercel; the gateway is not involved. */
import { vercel } from "activitysmith-webhooks/adapters";
import { verifyRequest } from "activitysmith-webhooks/verify";

export async function handleVercel(request: Request, secret: string): Promise<Response> {
  const verified = await verifyRequest(vercel, request, secret);
  if (!verified.ok) {
    console.warn("refused", verified.reason);
    return new Response(null, { status: 401 });
  }
  const { event, deliveryId } = verified;
  // Vercel sends again what was not answered in time: `deliveryId` is then the same.
  return Response.json({ event, deliveryId });
}
