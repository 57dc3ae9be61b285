"""The database: tables, repositories, the transaction runner, migrations. The only SQL stands here."""
