import {
  type ColumnDefinitionNode,
  DataTypeNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type QueryId,
  sql,
} from 'kysely';

/** Kysely leaves the walk through a query to a subclass. */
class CCollationTransformer extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode, queryId?: QueryId): ColumnDefinitionNode {
    const column = super.transformColumnDefinition(node, queryId);
    const isText = DataTypeNode.is(column.dataType) && column.dataType.dataType === 'text';
    return isText ? { ...column, dataType: sql`text collate "C"`.toOperationNode() } : column;
  }
}

/**
 * Has every `text` column of new tables compare and sort by its bytes, as SQLite does, whatever the locale of the
 * PostgreSQL database: statements list merchants in order, and pages of payments follow each other by id.
 */
export function createCCollation(): KyselyPlugin {
  const transformer = new CCollationTransformer();
  return {
    transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  };
}
