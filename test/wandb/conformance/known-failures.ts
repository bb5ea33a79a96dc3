/** Why a test of W&B's suite does not pass here, by a part of its path and name. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/::test_viewer$/, 'asserts that the id of a key is a prefix of the key, which would publish a part of it'],
  [/::test_create_team$/, 'teams are not supported: a key belongs to one entity'],
  [/::test_organization_by_name$/, 'organizations are not supported: the entity is its own'],
  [
    /::test_syncs_resumed_run$/,
    '`wandb beta sync --id` of this version sends each segment of a resumed run from line 0, so that the last one replaces the others; 0.31.0 asks where to continue, and all rows are stored',
  ],
  [
    /::test_artifact_files$|::test_artifact_multipart_download_refresh_presigned_url$/,
    "asserts the prefix `wandb_artifacts/` of W&B's bucket",
  ],
  [/::test_storage_policy_storage_region$/, "names a storage region of W&B's container"],
  [
    /::test_reference_download$|::test_wandb_artifact_(config_update|config_set_item|init_config)$|\[audio_ref_(https|s3|gs)\]$/,
    'reads a public bucket; the machine that ran the suite has no internet',
  ],
  [
    /::(test_get_artifact_obj_by_name|test_table_slice_reference_artifact)$|::test_media_obj_referential_equality\[(table|joined_table)\]$/,
    'logs a table with a file of a public bucket; the machine that ran the suite has no internet',
  ],
]

export const reasonOf = (test: string): string | undefined =>
  REASONS.find(([pattern]) => pattern.test(test))?.[1]
