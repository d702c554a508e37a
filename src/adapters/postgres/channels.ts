import { z } from 'zod';
import type { Channel } from '../../domain/channel.ts';
import { conversationId } from '../../domain/ids.ts';
import type { Channels } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';

interface ChannelRow {
  readonly id: string;
  readonly team_id: string;
  readonly team_name: string;
  readonly name: string;
  readonly type: string;
}

const COLUMNS = selected<ChannelRow>({ id: true, team_id: true, team_name: true, name: true, type: true });
const FIND = { name: 'channels.find', text: `select ${COLUMNS} from pimlico.channels where id = $1` };
const LIST_OF_TEAM = {
  name: 'channels.list-of-team',
  text: `select ${COLUMNS} from pimlico.channels where team_id = $1 order by id`,
};
const SAVE = {
  name: 'channels.save',
  text: `
    insert into pimlico.channels as c (id, team_id, team_name, name, type) values ($1, $2, $3, $4, $5)
    on conflict (id) do update set team_id = excluded.team_id, team_name = excluded.team_name, name = excluded.name,
      type = excluded.type
    where (c.team_id, c.team_name, c.name, c.type) is distinct from
      (excluded.team_id, excluded.team_name, excluded.name, excluded.type)`,
};

const channelType = z.enum(['standard', 'private', 'shared', 'unknown']).catch('unknown');

function channelOf(row: ChannelRow): Channel {
  return {
    id: conversationId(row.id),
    teamId: row.team_id,
    teamName: row.team_name,
    name: row.name,
    type: channelType.parse(row.type),
  };
}

/** Keeps channels in PostgreSQL. */
export function postgresChannels(database: Database): Channels {
  return {
    async find(id) {
      const [row] = await database.run<ChannelRow>(FIND, [id]);
      return row === undefined ? null : channelOf(row);
    },
    async listOfTeam(teamId) {
      return (await database.run<ChannelRow>(LIST_OF_TEAM, [teamId])).map(channelOf);
    },
    async save({ id, teamId, teamName, name, type }) {
      await database.run(SAVE, [id, teamId, teamName, name, type]);
    },
  };
}
