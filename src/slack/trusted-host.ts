/** Which addresses may be called for files: Slack's own. Addresses come with payloads, and the bot token goes with some. */

/** True for the host of the Web API that is configured, and for slack.com and its subdomains over TLS. */
export function isSlackAddress(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  const api = new URL(apiUrl);
  if (url.protocol === api.protocol && url.host === api.host) return true;
  const isSlack = url.hostname === 'slack.com' || url.hostname.endsWith('.slack.com');
  return isSlack && url.protocol === 'https:' && url.port === '';
}
