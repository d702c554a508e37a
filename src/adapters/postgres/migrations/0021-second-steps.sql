-- When a card's person was last asked for words on it; null for never, and where nothing was to be added to the card.
alter table pimlico.cards add column second_step_at timestamptz;
