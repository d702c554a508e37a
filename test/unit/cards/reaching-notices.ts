import type { Notice } from '../../../src/domain/notice.ts';
import { BASES } from '../../support/notices.ts';

const LEFT_OUT = [
  { name: 'Alex Wilber', why: 'requester' },
  { name: 'Patti Fernandez', why: 'disabled' },
  { name: 'Old Hand', why: 'gone' },
  { name: 'sg-nobody', why: 'empty' },
  { name: 'sg-quiet', why: 'hidden' },
] as const;

const CHANNEL = { teamName: 'Contoso Operations', channelName: 'approvals', isThere: true };

/** What cards say of approvers who cannot be reached, wait, or count for nothing. */
export const REACHING_NOTICES: readonly Notice[] = [
  {
    ...BASES['activation-form'],
    needsApproval: true,
    outlook: {
      approvers: [
        { name: 'Adele Vance', reach: 'asked' },
        { name: 'Megan Bowen', reach: 'unreachable', why: 'no-bot' },
      ],
      areKnown: false,
      leftOut: LEFT_OUT,
    },
  },
  { ...BASES['activation-form'], needsApproval: true, outlook: { approvers: [], areKnown: false, leftOut: [] } },
  {
    ...BASES['activation-pending'],
    approvers: [
      { name: 'Adele Vance', reach: 'asked' },
      { name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' },
      { name: 'Diego Siciliani', reach: 'unreachable', why: 'guest' },
      { name: 'Joni Sherman', reach: 'unreachable', why: 'not-served' },
      { name: 'Lynne Robbins', reach: 'waiting' },
    ],
    further: { waiting: 41, unreachable: 3 },
    nextAskAt: '2026-11-22T14:10:00Z',
  },
  {
    ...BASES['activation-pending'],
    phase: 'sending',
    approvers: [
      { name: 'Adele Vance', reach: 'asked' },
      { name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' },
    ],
    areKnown: true,
    leftOut: LEFT_OUT,
  },
  {
    ...BASES['activation-pending'],
    phase: 'sending',
    approvers: [{ name: 'Megan Bowen', reach: 'unreachable', why: 'not-allowed' }],
    further: { unreachable: 12 },
    areKnown: true,
    leftOut: [],
  },
  {
    ...BASES['activation-pending'],
    approvers: [{ name: 'Megan Bowen', reach: 'unreachable', why: 'blocked' }],
    channel: CHANNEL,
  },
  {
    ...BASES['activation-pending'],
    phase: 'sending',
    approvers: [{ name: 'Megan Bowen', reach: 'unreachable', why: 'guest' }],
    areKnown: true,
    leftOut: [],
    channel: CHANNEL,
  },
];
