export { enterTest, type Fired, fireTestEvent } from './fire.ts';
export { showTest, type TestInstance, type TestView } from './show.ts';
export { startJourneyTest, TEST_PEOPLE_MAX, type TestRequest } from './start.ts';
export { stopTest } from './stop.ts';
export { listTests, type TestAddress, type TestSummary } from './summary.ts';
