export { putVersionLive } from './put-live.ts';
export { lockSlots, takeSlots } from './store-slot.ts';
