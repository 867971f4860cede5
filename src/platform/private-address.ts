import { BlockList, isIP, isIPv6 } from 'node:net';

/** Addresses of IPv4 that are nobody's on the public internet (IANA special-purpose registry). */
const PRIVATE_V4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Within the global unicast addresses of IPv6: tunnels that lead to an IPv4 address, and documentation. */
const PRIVATE_V6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateV4 = new BlockList();
for (const [network, bits] of PRIVATE_V4) privateV4.addSubnet(network, bits, 'ipv4');
const privateV6 = new BlockList();
for (const [network, bits] of PRIVATE_V6) privateV6.addSubnet(network, bits, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');
const embedding = new BlockList();
embedding.addSubnet('::ffff:0:0', 96, 'ipv6');
embedding.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an address is none of the public internet: private, loopback, link-local, carrier-grade NAT, unique local, multicast and
 * reserved ones, also when written as IPv6. What is no address at all counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(plain) === 4) return privateV4.check(plain, 'ipv4');
  if (!isIPv6(plain)) return true;
  const inner = embeddedV4(plain);
  if (inner !== undefined) return privateV4.check(inner, 'ipv4');
  return !globalV6.check(plain, 'ipv6') || privateV6.check(plain, 'ipv6');
}

/** The IPv4 address inside a mapped (::ffff:a.b.c.d) or translated (64:ff9b::a.b.c.d) one. */
function embeddedV4(address: string): string | undefined {
  if (!embedding.check(address, 'ipv6')) return undefined;
  const { hostname } = new URL(`http://[${address}]/`);
  const groups = hostname.slice(1, -1).split(':').slice(-2);
  const [high, low] = groups.map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Whether a URL names an address instead of a host, and that address is none of the public internet. */
export function isPrivateUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const literal = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) !== 0 && isPrivateAddress(literal);
}
