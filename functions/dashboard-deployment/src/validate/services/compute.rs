//! Services that run programs: EC2, EBS, ECS, EKS, Lambda, Step Functions, Auto Scaling.

use super::MetricNamespace;

pub(super) const SERVICES: &[MetricNamespace] = &[
    MetricNamespace {
        namespace: "AWS/EC2",
        source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html",
        // Without dimensions: the aggregate of all instances with detailed monitoring.
        needs: "none | InstanceId | AutoScalingGroupName | ImageId | InstanceType | HostId",
        also: "Per-VPC Metrics",
        metrics: "CPUCreditBalance CPUCreditUsage CPUSurplusCreditBalance CPUSurplusCreditsCharged \
            CPUUtilization DedicatedHostCPUUtilization DiskReadBytes DiskReadOps DiskWriteBytes \
            DiskWriteOps EBSByteBalance% EBSIOBalance% EBSReadBytes EBSReadOps EBSWriteBytes \
            EBSWriteOps GPUPowerUtilization InstanceEBSIOPSExceededCheck \
            InstanceEBSThroughputExceededCheck MetadataNoToken MetadataNoTokenRejected \
            NetworkAddressUsage NetworkAddressUsagePeered NetworkIn NetworkOut NetworkPacketsIn \
            NetworkPacketsOut StatusCheckFailed StatusCheckFailed_AttachedEBS \
            StatusCheckFailed_Instance StatusCheckFailed_System",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/EBS",
        source: "https://docs.aws.amazon.com/ebs/latest/userguide/using_cloudwatch_ebs.html",
        needs: "VolumeId | SnapshotId | AvailabilityZone | DLMPolicyId | sourceRegion",
        also: "InstanceId InstanceID",
        metrics: "BurstBalance FastSnapshotRestoreCreditsBalance \
            FastSnapshotRestoreCreditsBucketSize VolumeAvgReadLatency VolumeAvgWriteLatency \
            VolumeConsumedReadWriteOps VolumeIOPSExceededCheck VolumeIdleTime VolumeQueueLength \
            VolumeReadBytes VolumeReadOps VolumeStalledIOCheck VolumeThroughputExceededCheck \
            VolumeThroughputPercentage VolumeTotalReadTime VolumeTotalWriteTime VolumeWriteBytes \
            VolumeWriteOps",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/AutoScaling",
        source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html",
        needs: "AutoScalingGroupName",
        also: "PolicyName PairIndex",
        metrics: "GroupDesiredCapacity GroupInServiceCapacity GroupInServiceInstances GroupMaxSize \
            GroupMinSize GroupPendingCapacity GroupPendingInstances GroupStandbyCapacity \
            GroupStandbyInstances GroupTerminatingCapacity GroupTerminatingInstances \
            GroupTotalCapacity GroupTotalInstances WarmPoolDesiredCapacity WarmPoolMinSize",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/ECS",
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html",
        needs: "ClusterName",
        also: "ServiceName DiscoveryName TargetDiscoveryName",
        except: &[(
            // MetricNamespace Connect.
            "ActiveConnectionCount ClientTLSNegotiationErrorCount GrpcRequestCount \
             HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count \
             HTTPCode_Target_5XX_Count NewConnectionCount ProcessedBytes RequestCount \
             RequestCountPerTarget TargetProcessedBytes TargetResponseTime \
             TargetTLSNegotiationErrorCount",
            "DiscoveryName | TargetDiscoveryName",
        )],
        metrics: "CPUReservation CPUUtilization EBSFilesystemUtilization GPUReservation \
            LiveTaskCount MemoryReservation MemoryUtilization",
        is_complete: true,
        no_percentiles: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "ECS/ContainerInsights",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html",
        needs: "ClusterName",
        also: "ServiceName TaskDefinitionFamily TaskId ContainerName EC2InstanceId \
            ContainerInstanceId VolumeName",
        metrics: "ContainerCpuReserved ContainerCpuUtilization ContainerCpuUtilized \
            ContainerInstanceCount ContainerMemoryReserved ContainerMemoryUtilization \
            ContainerMemoryUtilized ContainerNetworkRxBytes ContainerNetworkTxBytes \
            ContainerStorageReadBytes ContainerStorageWriteBytes CpuReserved CpuUtilized \
            DeploymentCount DesiredTaskCount EBSFilesystemSize EBSFilesystemUtilized \
            EphemeralStorageReserved EphemeralStorageUtilized MemoryReserved MemoryUtilized \
            NetworkRxBytes NetworkTxBytes PendingTaskCount RestartCount RunningTaskCount \
            ServiceCount StorageReadBytes StorageWriteBytes TaskCount TaskCpuUtilization \
            TaskEBSFilesystemUtilization TaskEphemeralStorageUtilization TaskMemoryUtilization \
            TaskSetCount UnHealthyContainerHealthStatus instance_cpu_limit \
            instance_cpu_reserved_capacity instance_cpu_usage_total instance_cpu_utilization \
            instance_filesystem_utilization instance_memory_limit \
            instance_memory_reserved_capacity instance_memory_utilization \
            instance_memory_working_set instance_network_total_bytes \
            instance_number_of_running_tasks",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "ContainerInsights",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html",
        needs: "ClusterName",
        also: "ContainerName FullPodName InstanceId InstanceType Namespace NodeName PodName MetricNamespace",
        // The control plane and accelerators have dimensions of their own.
        is_open: true,
        metrics: "cluster_failed_node_count cluster_node_count namespace_number_of_running_pods \
            node_cpu_limit node_cpu_reserved_capacity node_cpu_usage_total node_cpu_utilization \
            node_filesystem_utilization node_memory_limit node_memory_reserved_capacity \
            node_memory_utilization node_memory_working_set node_network_total_bytes \
            node_number_of_running_containers node_number_of_running_pods \
            pod_cpu_reserved_capacity pod_cpu_utilization pod_cpu_utilization_over_pod_limit \
            pod_memory_reserved_capacity pod_memory_utilization \
            pod_memory_utilization_over_pod_limit pod_network_rx_bytes pod_network_tx_bytes \
            pod_number_of_container_restarts service_number_of_running_pods",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Lambda",
        source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
        needs: "none | FunctionName | EventSourceMappingUUID",
        also: "Resource ExecutedVersion",
        metrics: "AsyncEventAge AsyncEventsDropped AsyncEventsReceived ClaimedAccountConcurrency \
            ConcurrentExecutions DeadLetterErrors DeletedEventCount DestinationDeliveryFailures \
            DroppedEventCount Duration Errors FailedInvokeEventCount FilteredOutEventCount \
            Invocations InvokedEventCount IteratorAge OffsetLag \
            OnFailureDestinationDeliveredEventCount OversizedRecordCount PolledEventCount \
            PostRuntimeExtensionsDuration ProvisionedConcurrencyInvocations \
            ProvisionedConcurrencySpilloverInvocations ProvisionedConcurrencyUtilization \
            ProvisionedConcurrentExecutions ProvisionedPollers RecursiveInvocationsDropped \
            SignatureValidationErrors Throttles UnreservedConcurrentExecutions \
            UrlRequestCount UrlRequestLatency Url4xxCount Url5xxCount",
        is_complete: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/States",
        source: "https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
        needs: "StateMachineArn | ActivityArn | LambdaFunctionArn | ServiceIntegrationResourceArn \
            | ServiceMetric | APIName",
        also: "Alias ServiceName Version",
        except: &[(
            // Quotas of the account.
            "ApproximateMapRunBacklogSize ApproximateOpenMapRunCount ExecutionsRedriven \
             MapRunBacklogSize OpenExecutionCount OpenExecutionLimit OpenMapRunLimit \
             RunningExecutionCount",
            "none | StateMachineArn",
        )],
        metrics: "ActivitiesFailed ActivitiesHeartbeatTimedOut ActivitiesScheduled \
            ActivitiesStarted ActivitiesSucceeded ActivitiesTimedOut ActivityRunTime \
            ActivityScheduleTime ActivityTime ConsumedCapacity ExecutionThrottled ExecutionTime \
            ExecutionsAborted ExecutionsFailed ExecutionsStarted ExecutionsSucceeded \
            ExecutionsTimedOut ExpressExecutionBilledDuration ExpressExecutionBilledMemory \
            ExpressExecutionMemory LambdaFunctionRunTime LambdaFunctionScheduleTime \
            LambdaFunctionTime LambdaFunctionsFailed LambdaFunctionsScheduled \
            LambdaFunctionsStarted LambdaFunctionsSucceeded LambdaFunctionsTimedOut \
            ProvisionedBucketSize ProvisionedRefillRate ServiceIntegrationRunTime \
            ServiceIntegrationScheduleTime ServiceIntegrationTime ServiceIntegrationsFailed \
            ServiceIntegrationsScheduled ServiceIntegrationsStarted ServiceIntegrationsSucceeded \
            ServiceIntegrationsTimedOut ThrottledEvents",
        ..MetricNamespace::ANY
    },
];
