//! Services that pass messages on, and those about the account: queues, topics, streams, events, logs,
//! usage, billing.

use super::MetricNamespace;

pub(super) const SERVICES: &[MetricNamespace] = &[
    MetricNamespace {
        namespace: "AWS/SQS",
        source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
        needs: "QueueName",
        metrics: "ApproximateAgeOfOldestMessage ApproximateNumberOfGroupsWithInflightMessages \
            ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible \
            ApproximateNumberOfMessagesVisible ApproximateNumberOfNoisyGroups \
            NumberOfDeduplicatedSentMessages NumberOfEmptyReceives NumberOfMessagesDeleted \
            NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize",
        no_percentiles: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/SNS",
        source: "https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html",
        needs: "TopicName | PhoneNumber | Country | SMSType | Application | Platform",
        except: &[(
            "SMSMonthToDateSpentUSD SMSSuccessRate",
            "none | Country | SMSType | PhoneNumber",
        )],
        metrics: "NumberOfMessagesPublished NumberOfNotificationsDelivered \
            NumberOfNotificationsFailed NumberOfNotificationsFilteredOut \
            NumberOfNotificationsFilteredOut-InvalidAttributes \
            NumberOfNotificationsFilteredOut-InvalidMessageBody \
            NumberOfNotificationsFilteredOut-MessageBody \
            NumberOfNotificationsFilteredOut-NoMessageAttributes \
            NumberOfNotificationsFailedToRedriveToDlq NumberOfNotificationsRedrivenToDlq \
            PublishSize",
        no_percentiles: true,
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Events",
        source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html",
        needs: "none | RuleName | EventBusName | EventSourceName",
        metrics: "DeadLetterInvocations Events FailedInvocations \
            IngestionToInvocationCompleteLatency IngestionToInvocationStartLatency \
            InvocationAttempts Invocations InvocationsCreated InvocationsFailedToBeSentToDlq \
            InvocationsSentToDlq MatchedEvents PutEventsApproximateCallCount \
            PutEventsFailedEntriesCount PutEventsLatency RetryInvocationAttempts \
            SuccessfulInvocationAttempts ThrottledRules TriggeredRules",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Scheduler",
        source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html",
        needs: "none | ScheduleGroup",
        metrics: "InvocationAttemptCount InvocationDroppedCount InvocationThrottleCount \
            InvocationsFailedToBeSentToDeadLetterCount InvocationsSentToDeadLetterCount \
            TargetErrorCount TargetErrorThrottledCount",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Kinesis",
        source: "https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html",
        needs: "StreamName",
        also: "ConsumerName ShardId",
        metrics: "GetRecords.Bytes GetRecords.IteratorAge GetRecords.IteratorAgeMilliseconds \
            GetRecords.Latency GetRecords.Records GetRecords.Success IncomingBytes \
            IncomingRecords IteratorAgeMilliseconds OutgoingBytes OutgoingRecords \
            PutRecord.Bytes PutRecord.Latency PutRecord.Success PutRecords.Bytes \
            PutRecords.FailedRecords PutRecords.Latency PutRecords.Records PutRecords.Success \
            PutRecords.SuccessfulRecords PutRecords.ThrottledRecords PutRecords.TotalRecords \
            ReadProvisionedThroughputExceeded SubscribeToShard.RateExceeded \
            SubscribeToShard.Success SubscribeToShardEvent.Bytes \
            SubscribeToShardEvent.MillisBehindLatest SubscribeToShardEvent.Records \
            SubscribeToShardEvent.Success WriteProvisionedThroughputExceeded",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Firehose",
        source: "https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html",
        needs: "DeliveryStreamName | none",
        is_open: true,
        metrics: "BackupToS3.Bytes BackupToS3.DataFreshness BackupToS3.Records \
            BackupToS3.Success BytesPerSecondLimit DataReadFromKinesisStream.Bytes \
            DataReadFromKinesisStream.Records DeliveryToHttpEndpoint.Bytes \
            DeliveryToHttpEndpoint.DataFreshness DeliveryToHttpEndpoint.Records \
            DeliveryToHttpEndpoint.Success DeliveryToRedshift.Bytes DeliveryToRedshift.Records \
            DeliveryToRedshift.Success DeliveryToS3.Bytes DeliveryToS3.DataFreshness \
            DeliveryToS3.Records DeliveryToS3.Success ExecuteProcessing.Duration \
            ExecuteProcessing.Success IncomingBytes IncomingPutRequests IncomingRecords \
            KinesisMillisBehindLatest PutRecord.Bytes PutRecord.Latency PutRecord.Requests \
            PutRecordBatch.Bytes PutRecordBatch.Latency PutRecordBatch.Records \
            PutRecordBatch.Requests RecordsPerSecondLimit SucceedProcessing.Bytes \
            SucceedProcessing.Records ThrottledRecords",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Logs",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
        needs: "none | LogGroupName | DestinationType | FilterName",
        is_open: true,
        metrics: "DeliveryErrors DeliveryThrottling EMFParsingErrors EMFValidationErrors \
            ForwardedBytes ForwardedLogEvents IncomingBytes IncomingLogEvents",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Usage",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-MetricNamespace-Quota-Integration.html",
        needs: "MetricNamespace Type Resource Class",
        metrics: "CallCount ResourceCount ThrottleCount",
        ..MetricNamespace::ANY
    },
    MetricNamespace {
        namespace: "AWS/Billing",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html",
        needs: "Currency",
        also: "LinkedAccount ServiceName",
        metrics: "EstimatedCharges",
        is_complete: true,
        home: "us-east-1",
        ..MetricNamespace::ANY
    },
];
