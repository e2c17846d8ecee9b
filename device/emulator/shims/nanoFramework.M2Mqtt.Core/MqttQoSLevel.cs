namespace nanoFramework.M2Mqtt.Messages
{
    public enum MqttQoSLevel : int
    {
        AtMostOnce = 0,
        AtLeastOnce = 1,
        ExactlyOnce = 2,
        GrantedFailure = 128,
    }
}
