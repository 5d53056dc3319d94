/** The secrets that the Worker under test is given. */

export const ADMIN_TOKEN = "test-admin-token-0123456789";
export const PREVIEW_API_KEY = "test-preview-key";
export const ENCRYPTION_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
