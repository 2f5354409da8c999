import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

/**
 * Gives the same partition number of every topic to the same member, so that one process holds
 * everything of a customer. kafkajs' own assigner deals the flat list of all partitions round, which
 * splits a customer's topics over members. The numbers are dealt over the members in order of their ids.
 */
export const coPartitioned: PartitionAssigner = ({ cluster }) => ({
  name: 'CoPartitionedAssigner',
  version: 1,
  assign: ({ members, topics }) => {
    const counts = new Map(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]),
    );
    const ids = members.map(({ memberId }) => memberId).sort();
    return Promise.resolve(
      ids.map((memberId, index) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: partitionsOf(index, ids.length, counts),
          userData: Buffer.alloc(0),
        }),
      })),
    );
  },
  protocol: ({ topics }) => ({
    name: 'CoPartitionedAssigner',
    metadata: AssignerProtocol.MemberMetadata.encode({
      version: 1,
      topics,
      userData: Buffer.alloc(0),
    }),
  }),
});

/** The partitions of the member at `index` of `members`: each topic's numbers n with n mod members = index. */
export const partitionsOf = (
  index: number,
  members: number,
  counts: ReadonlyMap<string, number>,
): Record<string, number[]> =>
  Object.fromEntries(
    [...counts].map(([topic, count]) => [
      topic,
      Array.from({ length: count }, (_, partition) => partition).filter(
        (partition) => partition % members === index,
      ),
    ]),
  );
