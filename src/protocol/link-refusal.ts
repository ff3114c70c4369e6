/** Why a link gave nothing to who had its address: a wrong password, or what ended the link. */
export const linkRefusals = ['password', 'revoked', 'expired', 'used_up', 'void', 'purged'] as const;
export type LinkRefusal = (typeof linkRefusals)[number];
