/** One approver of one ask and whether the bot could reach them. */
export interface ApproverReach {
  readonly name: string;
  /** asked: the card is on its way or arrived; unreachable: the bot cannot write to them (PIM mails them all the same). */
  readonly reach: 'asked' | 'unreachable';
}
