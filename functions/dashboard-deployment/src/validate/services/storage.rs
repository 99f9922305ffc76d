//! Services that keep data: S3, EFS, databases, caches, search.

use super::MetricNamespace;

pub(super) const SERVICES: &[MetricNamespace] = &[
    MetricNamespace {
        namespace: "AWS/S3",
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html",
        needs: "BucketName FilterId",
        except: &[
            ("BucketSizeBytes NumberOfObjects", "BucketName StorageType"),
            (
                "BytesPendingReplication OperationsFailedReplication \
                 OperationsPendingReplication ReplicationLatency",
                "SourceBucket DestinationBucket RuleId",
            ),
        ],
        metrics: "4xxErrors 5xxErrors AllRequests BytesDownloaded BytesUploaded DeleteRequests \
            FirstByteLatency GetRequests HeadRequests ListRequests PostRequests PutRequests \
            SelectRequests SelectReturnedBytes SelectScannedBytes TotalRequestLatency",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/EFS",
        source: "https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html",
        needs: "FileSystemId",
        also: "StorageClass DestinationFileSystemId",
        metrics: "BurstCreditBalance ClientConnections DataReadIOBytes DataWriteIOBytes \
            MetadataIOBytes MetadataReadIOBytes MetadataWriteIOBytes MeteredIOBytes \
            PercentIOLimit PermittedThroughput StorageBytes TimeSinceLastSync TotalIOBytes",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/RDS",
        source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html",
        // Without dimensions: across all databases.
        needs: "none | DBInstanceIdentifier | DBClusterIdentifier | DbClusterIdentifier \
            | DatabaseClass | EngineName | SourceRegion | ProxyName",
        also: "EndpointName Role Target TargetGroup TargetRole DbiResourceId SecondaryRegion \
            DBShardGroupIdentifier DBShardGroupRouterIdentifier",
        metrics: "ACUUtilization ActiveTransactions AuroraBinlogReplicaLag AuroraReplicaLag \
            AuroraReplicaLagMaximum AuroraReplicaLagMinimum BinLogDiskUsage BufferCacheHitRatio \
            BurstBalance CPUCreditBalance CPUCreditUsage CPUSurplusCreditBalance \
            CPUSurplusCreditsCharged CPUUtilization CheckpointLag ClientConnections \
            CommitLatency CommitThroughput DBLoad DBLoadCPU DBLoadNonCPU \
            DatabaseConnectionRequests DatabaseConnections DatabaseConnectionsBorrowLatency \
            DatabaseConnectionsCurrentlyBorrowed DDLLatency DDLThroughput DMLLatency \
            DMLThroughput Deadlocks DeleteLatency DeleteThroughput DiskQueueDepth \
            EBSByteBalance% EBSIOBalance% EngineUptime FreeLocalStorage FreeStorageSpace \
            FreeableMemory InsertLatency InsertThroughput LoginFailures \
            MaximumUsedTransactionIDs NetworkReceiveThroughput NetworkThroughput \
            NetworkTransmitThroughput OldestReplicationSlotLag Queries ReadIOPS ReadLatency \
            ReadThroughput ReplicaLag ReplicationSlotDiskUsage SelectLatency SelectThroughput \
            ServerlessDatabaseCapacity SnapshotStorageUsed SwapUsage TotalBackupStorageBilled \
            TransactionLogsDiskUsage TransactionLogsGeneration UpdateLatency UpdateThroughput \
            VolumeBytesUsed VolumeReadIOPs VolumeWriteIOPs WriteIOPS WriteLatency \
            WriteThroughput",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/DocDB",
        source: "https://docs.aws.amazon.com/documentdb/latest/developerguide/cloud_watch.html",
        needs: "none | DBInstanceIdentifier | DBClusterIdentifier | EngineName",
        also: "Role",
        metrics: "CPUUtilization DatabaseConnections FreeLocalStorage FreeableMemory ReadIOPS \
            ReadLatency ReadThroughput WriteIOPS WriteLatency WriteThroughput",
        is_open: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/DynamoDB",
        source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
        needs: "TableName",
        also: "DelegatedOperation GlobalSecondaryIndexName Operation OperationType \
            ReceivingRegion ReplicationRegion Source StreamLabel Verb",
        except: &[
            (
                "AccountMaxReads AccountMaxTableLevelReads AccountMaxTableLevelWrites \
                 AccountMaxWrites AccountProvisionedReadCapacityUtilization \
                 AccountProvisionedWriteCapacityUtilization \
                 MaxProvisionedTableReadCapacityUtilization \
                 MaxProvisionedTableWriteCapacityUtilization UserErrors",
                "none",
            ),
            (
                "ReturnedItemCount SuccessfulRequestLatency SystemErrors ThrottledRequests",
                "TableName Operation",
            ),
            (
                "PendingReplicationCount ReplicationLatency",
                "TableName ReceivingRegion",
            ),
            (
                "ReturnedBytes ReturnedRecordsCount",
                "TableName Operation StreamLabel",
            ),
        ],
        metrics: "AgeOfOldestUnreplicatedRecord ConditionalCheckFailedRequests \
            ConsumedChangeDataCaptureUnits ConsumedReadCapacityUnits ConsumedWriteCapacityUnits \
            FailedToReplicateRecordCount OnDemandMaxReadRequestUnits \
            OnDemandMaxWriteRequestUnits OnlineIndexConsumedWriteCapacity \
            OnlineIndexPercentageProgress OnlineIndexThrottleEvents ProvisionedReadCapacityUnits \
            ProvisionedWriteCapacityUnits ReadThrottleEvents ThrottledPutRecordCount \
            TimeToLiveDeletedItemCount TransactionConflict WriteThrottleEvents",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/ElastiCache",
        source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html",
        // Serverless caches by `clusterId`.
        needs: "CacheClusterId | ReplicationGroupId | clusterId | none",
        also: "CacheNodeId GlobalDatastore Role Tier",
        metrics: "BytesUsedForCache CPUUtilization CacheHitRate CacheHits CacheMisses \
            CurrConnections CurrItems DatabaseMemoryUsagePercentage EngineCPUUtilization \
            Evictions FreeableMemory GetTypeCmds IsMaster NetworkBytesIn NetworkBytesOut \
            NetworkPacketsIn NetworkPacketsOut NewConnections Reclaimed ReplicationBytes \
            ReplicationLag SetTypeCmds SwapUsage ThrottledCmds",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/ES",
        source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html",
        needs: "DomainName ClientId",
        also: "NodeId",
        is_open: true,
        metrics: "2xx 3xx 4xx 5xx AutomatedSnapshotFailure CPUCreditBalance CPUUtilization \
            ClusterIndexWritesBlocked ClusterStatus.green ClusterStatus.red \
            ClusterStatus.yellow ClusterUsedSpace DeletedDocuments DiskQueueDepth \
            ElasticsearchRequests FreeStorageSpace IndexingLatency IndexingRate \
            JVMGCOldCollectionCount JVMGCYoungCollectionCount JVMMemoryPressure \
            KMSKeyInaccessible MasterCPUUtilization MasterJVMMemoryPressure \
            MasterReachableFromNode Nodes OpenSearchRequests ReadIOPS ReadLatency ReadThroughput \
            SearchLatency SearchRate SearchableDocuments SysMemoryUtilization \
            ThreadpoolSearchQueue ThreadpoolSearchRejected ThreadpoolWriteQueue \
            ThreadpoolWriteRejected WriteIOPS WriteLatency WriteThroughput",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/AOSS",
        source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/monitoring-cloudwatch.html",
        needs: "ClientId",
        also: "CollectionId CollectionName",
        is_open: true,
        metrics: "2xx 3xx 4xx 5xx ActiveCollection DeletedDocuments HotStorageUsed IndexingOCU \
            IngestionDataRate IngestionDocumentErrors IngestionDocumentRate \
            IngestionRequestErrors IngestionRequestLatency IngestionRequestRate \
            IngestionRequestSuccess SearchOCU SearchRequestErrors SearchRequestLatency \
            SearchRequestRate SearchableDocuments StorageUsedInS3",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Redshift",
        source: "https://docs.aws.amazon.com/redshift/latest/mgmt/metrics-listing.html",
        needs: "ClusterIdentifier | IntegrationId | none",
        also: "NodeID",
        is_open: true,
        metrics: "CPUUtilization CommitQueueLength ConcurrencyScalingActiveClusters \
            DatabaseConnections HealthStatus MaintenanceMode NetworkReceiveThroughput \
            NetworkTransmitThroughput PercentageDiskSpaceUsed QueriesCompletedPerSecond \
            QueryDuration ReadIOPS ReadLatency ReadThroughput StorageUsed TotalTableCount \
            WLMQueueLength WriteIOPS WriteLatency WriteThroughput",
        ..MetricNamespace::ANY
    },
];
